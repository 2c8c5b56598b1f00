/// A change of one trust store, in ELBv2's steps: AddTrustStoreRevocations and its siblings.
public struct TrustStoreChange: Hashable, Sendable, Codable {
    public enum Edit: Hashable, Sendable, Codable {
        /// Lists by absolute path; the gate reads them.
        case addRevocations(paths: [String])
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
}
