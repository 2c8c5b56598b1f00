/// A change of one trust store, in ELBv2's steps: AddTrustStoreRevocations and its siblings.
public struct TrustStoreChange: Hashable, Sendable, Codable {
    public enum Edit: Hashable, Sendable, Codable {
        /// Beside the lists that are there; each file holds one.
        case addRevocations(files: [FileContents])
        case removeRevocations(ids: [Int])
        case replaceBundle(FileContents)
        /// CAs beside those of the bundle; what is there already is not added again.
        case addAuthorities(FileContents)
        /// By the SHA-256 of the certificate, lower-case hexadecimal.
        case removeAuthority(fingerprint: String)
        /// The bundle of an earlier revision, as the next one.
        case restoreRevision(Int)
    }

    /// By name, or id.
    public var trustStore: String
    public var edit: Edit

    public init(trustStore: String, edit: Edit) {
        self.trustStore = trustStore
        self.edit = edit
    }

    /// The same, its files called those of a machine that is not the gate's: `laptop:/home/ana/partners.pem`.
    ///
    /// The gate does not take such a path for one of its own, which a watched store would read again.
    public func sent(from machine: String) -> TrustStoreChange {
        func named(_ file: FileContents) -> FileContents {
            FileContents(path: "\(machine):\(file.path)", text: file.text)
        }
        var change = self
        switch self.edit {
        case .addRevocations(let files): change.edit = .addRevocations(files: files.map(named))
        case .replaceBundle(let file): change.edit = .replaceBundle(named(file))
        case .addAuthorities(let file): change.edit = .addAuthorities(named(file))
        case .removeRevocations, .removeAuthority, .restoreRevision: break
        }
        return change
    }
}
