/// Whether clients stay with the target that they were sent to first (`elbv2-api` 6.4).
public struct Stickiness: Hashable, Sendable, Codable {
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// By a cookie of ours, `AWSALB`.
        case lbCookie = "lb_cookie"
        /// By a cookie of ours that comes with one of the target's, `AWSALBAPP-0`.
        case appCookie = "app_cookie"
        /// By the client's address; in TCP groups.
        case sourceIP = "source_ip"
    }

    public var isEnabled = false
    public var kind: Kind
    /// From the last response on.
    public var lbCookieSeconds = 86_400
    /// Of the target's cookie; compared as it is.
    public var appCookieName = ""
    /// From the last response that set the target's cookie.
    public var appCookieSeconds = 86_400

    public init(kind: Kind = .lbCookie) {
        self.kind = kind
    }

    public static let seconds = 1...604_800

    /// What our own cookies begin with.
    static let reservedPrefix = "AWSALB"
    static let cookieNameBytes = 256

    /// Whether a cookie can have this name (RFC 6265 4.1.1) and a target may give it one.
    static func isUsable(_ name: String) -> Bool {
        let symbols = "!#$%&'*+-.^_`|~".utf8
        return (1...Self.cookieNameBytes).contains(name.utf8.count) && !name.hasPrefix(Self.reservedPrefix)
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || symbols.contains(byte)
            }
    }
}
