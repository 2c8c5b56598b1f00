import Model

/// What a refused client sent, as a file: for `openssl verify`, or for whoever owns the client.
extension ConsoleState {
    /// The failure that the page tells of.
    private var failure: PackedRecord? {
        switch self.page {
        case .refusals: self.selectedRefusal
        case .log: self.selectedEntry.flatMap { $0.isFailure ? $0 : nil }
        default: nil
        }
    }

    var hasChainToExport: Bool { self.failure?.certificate != nil }

    mutating func exportChain(to path: String?) -> [Effect] {
        guard let failure, failure.certificate != nil else {
            self.say(.warn, .nothingUnderCursor)
            return []
        }
        guard self.link == .live else {
            self.say(.warn, .gateUnreachable)
            return []
        }
        self.lastRequest += 1
        self.pending[self.lastRequest] = .sentChain(path: path)
        return [.request(self.lastRequest, .explain(record: failure.traceID.description))]
    }

    mutating func answerChain(to path: String?, _ result: Result<Reply, OperatorError>) -> [Effect] {
        switch result {
        case .success(.explanation(let explanation)) where !explanation.chainPEM.isEmpty:
            return [.write(path: path, stem: "sekisho-chain", ending: "pem", text: explanation.chainPEM)]
        case .success: self.say(.warn, .fixNotKept)
        case .failure(let error): self.say(.error, Phrase(verbatim: error.told))
        }
        return []
    }
}
