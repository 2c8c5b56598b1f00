/// What a declaration says of the function behind a target group of type `lambda`; see ``LambdaFunction``.
public struct DesiredFunction: Hashable, Sendable, Codable {
    /// Where the signing key comes from.
    public enum Credentials: Hashable, Sendable, Codable {
        /// A file in the format of AWS's shared credentials.
        case file(SecretFileContents, profile: String)
        /// The environment of the process that serves.
        case environment
    }

    public var name: String
    /// As it is written.
    public var baseURL: String
    public var qualifier: String?
    /// nil for the one that an ARN names.
    public var region: String?
    public var credentials: Credentials?

    public init(
        name: String,
        baseURL: String,
        qualifier: String? = nil,
        region: String? = nil,
        credentials: Credentials? = nil
    ) {
        self.name = name
        self.baseURL = baseURL
        self.qualifier = qualifier
        self.region = region
        self.credentials = credentials
    }
}
