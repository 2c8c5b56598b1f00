import Foundation
import Model

/// Where a demonstration keeps its state: a directory of the operator's, or one that goes when it ends.
struct DemoPlace: Sendable {
    let state: String
    private let isTemporary: Bool

    var pki: String { "\(self.state)/pki" }

    /// Takes the directory that was named, or makes one.
    ///
    /// - Throws: ``OperatorError`` if the named one holds a gate that no demonstration made: the demo
    ///   replaces the whole configuration.
    init(named path: String?) throws(OperatorError) {
        guard let path else {
            self.state = try TemporaryState.make()
            self.isTemporary = true
            return
        }
        self.state = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        self.isTemporary = false
        let hasGate = StatePaths.hasGate(in: self.state)
        let isOurs = FileManager.default.fileExists(atPath: "\(self.pki)/rootCA_cert.pem")
        guard !hasGate || isOurs else {
            throw OperatorError(
                .stateDirectoryUnusable,
                subject: path,
                message: "\(path) holds a gate that is no demonstration, and the demo would replace it.",
                hint: "Name another directory with --state, or leave --state out."
            )
        }
    }

    /// Removes a temporary directory.
    func remove() {
        guard self.isTemporary else { return }
        TemporaryState.remove(self.state)
    }
}
