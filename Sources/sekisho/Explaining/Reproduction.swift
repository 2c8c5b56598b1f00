import Foundation
import Model

/// How the judgement can be seen again with `openssl verify`, which has no part of this gate in it.
struct Reproduction {
    private let explanation: Explanation
    private let directory: String?

    init(_ explanation: Explanation, directory: String?) {
        self.explanation = explanation
        self.directory = directory
    }

    /// nil where there is nothing to verify, or it is no longer kept.
    var command: String? {
        guard let trace = self.explanation.trace, !self.explanation.chainPEM.isEmpty,
            !self.explanation.anchorsPEM.isEmpty
        else { return nil }
        return
            "openssl verify -purpose sslclient -partial_chain -policy_check -policy 2.5.29.32.0 -no-CApath -no-CAstore "
            + "-attime \(trace.time.seconds) -CAfile \(self.path("anchors.pem")) "
            + "-untrusted \(self.path("chain.pem")) \(self.path("leaf.pem"))"
    }

    var lines: [String] {
        guard let command else { return [] }
        var lines = ["", "To see it with OpenSSL:", "  \(command)"]
        if self.directory == nil { lines.append("  (--export DIR writes the three files)") }
        if let doubt { lines.append("  \(doubt)") }
        return lines
    }

    /// Writes what the command reads.
    func write() throws(OperatorError) {
        guard let directory else { return }
        guard self.command != nil else {
            throw OperatorError(
                .recordNotFound,
                subject: directory,
                message: "There are no certificates to write: they are not, or no longer, kept.",
                hint: "Ask again without --export."
            )
        }
        let mark = "-----END CERTIFICATE-----\n"
        let leaf = (self.explanation.chainPEM.components(separatedBy: mark).first ?? "") + mark
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let files = [
                ("leaf.pem", leaf), ("chain.pem", self.explanation.chainPEM),
                ("anchors.pem", self.explanation.anchorsPEM),
            ]
            for (name, text) in files {
                try text.write(toFile: "\(directory)/\(name)", atomically: true, encoding: .utf8)
            }
        } catch {
            throw OperatorError(
                .fileUnreadable,
                subject: directory,
                message: "\(directory) cannot be written to.",
                hint: "Name a directory that this user may write to."
            )
        }
    }

    /// Where OpenSSL may say something else.
    private var doubt: String? {
        switch self.explanation.trace?.refusal {
        case .maxSizeExceeded, .maxChainDepthExceeded, .typeUnsupported, .incompatible, .rejected, .crlHit,
            .crlProcessingError:
            "OpenSSL alone does not check this; it may accept what this gate refuses."
        default:
            self.explanation.isSameTrustStore
                ? nil : "The trust store has changed since; OpenSSL is asked about the one there is now."
        }
    }

    /// Quoted for a shell where it has to be.
    private func path(_ name: String) -> String {
        let path = self.directory.map { "\($0)/\(name)" } ?? name
        let isPlain = path.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "/._-+".utf8.contains(byte)
        }
        return isPlain ? path : "'\(path.replacingOccurrences(of: "'", with: #"'\''"#))'"
    }
}
