import Model

/// From connections to requests and back.
extension ConsoleState {
    /// Asks for what has come since the last answer, while somebody looks.
    mutating func askForRequests() -> [Effect] {
        guard self.page == .requests, self.link == .live, self.lock != .readOnly,
            !self.pending.values.contains(.requests)
        else { return [] }
        self.lastRequest += 1
        self.pending[self.lastRequest] = .requests
        return [.request(self.lastRequest, .requests(RequestQuery(after: self.requestLog.end)))]
    }

    mutating func answerRequests(_ result: Result<Reply, OperatorError>) {
        switch result {
        case .success(.requests(let page)):
            self.requestLog.take(page)
            self.arrange(isForced: false)
        case .success: break
        case .failure(let error): self.say(.error, Phrase(verbatim: error.told))
        }
    }

    /// The other view of the log.
    mutating func switchLog() -> [Effect] {
        self.go(to: self.page == .requests ? .log : .requests)
    }

    /// The requests of the connection under the cursor, or the connection of the request.
    mutating func joinLog() -> [Effect] {
        let id: String? =
            self.page == .requests
            ? self.requests.selected?.request.connection : self.selectedEntry?.traceID.description
        guard let id else {
            self.say(.warn, .nothingUnderCursor)
            return []
        }
        let effects = self.switchLog()
        return effects + self.filter(by: "conn:\(id)")
    }
}
