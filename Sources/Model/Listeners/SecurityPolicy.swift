/// What a listener's TLS offers and accepts: ALB's predefined policies, by their names (`elbv2-api` 4.8).
///
/// There are no policies of one's own, as there are none on ALB. Whether a policy can be provided depends on
/// the TLS library; the Model only knows what it asks for.
public struct SecurityPolicy: Hashable, Sendable {
    /// Protocol versions, spelled as ELBv2 does.
    public enum Version: String, Hashable, Sendable, CaseIterable, Comparable {
        case tls10 = "TLSv1"
        case tls11 = "TLSv1.1"
        case tls12 = "TLSv1.2"
        case tls13 = "TLSv1.3"

        /// Raw values sort as the versions do.
        public static func < (one: Version, other: Version) -> Bool { one.rawValue < other.rawValue }
    }

    /// What a policy needs beyond versions and ciphers.
    public enum Requirement: Hashable, Sendable {
        /// Hybrid key exchange with ML-KEM.
        case postQuantum
        /// A FIPS 140 validated module.
        case fips
    }

    /// Groups of suites that the policies are put together from.
    enum Family: CaseIterable {
        /// TLS 1.3.
        case tls13
        /// ECDHE with AES-GCM.
        case gcm
        /// ECDHE with AES-CBC and SHA-2.
        case cbc
        /// ECDHE with AES-CBC and SHA-1.
        case sha
        /// RSA key exchange, without forward secrecy.
        case rsa
        /// The same with SHA-1.
        case rsaSHA

        var ciphers: [String] {
            switch self {
            case .tls13:
                ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"]
            case .gcm:
                [
                    "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256",
                    "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
                ]
            case .cbc:
                [
                    "ECDHE-ECDSA-AES128-SHA256", "ECDHE-RSA-AES128-SHA256",
                    "ECDHE-ECDSA-AES256-SHA384", "ECDHE-RSA-AES256-SHA384",
                ]
            case .sha:
                [
                    "ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA",
                    "ECDHE-RSA-AES256-SHA",
                ]
            case .rsa: ["AES128-GCM-SHA256", "AES128-SHA256", "AES256-GCM-SHA384", "AES256-SHA256"]
            case .rsaSHA: ["AES128-SHA", "AES256-SHA"]
            }
        }
    }

    public let name: String

    public let versions: ClosedRange<Version>

    public let requirement: Requirement?

    private let families: [Family]

    private init(
        _ suffix: String,
        _ versions: ClosedRange<Version>,
        _ families: [Family],
        _ requirement: Requirement? = nil
    ) {
        self.name = "ELBSecurityPolicy-\(suffix)"
        self.versions = versions
        self.families = families
        self.requirement = requirement
    }

    /// Suites of TLS 1.3, in OpenSSL's names, most wanted first.
    public var tls13Ciphers: [String] { self.families.filter { $0 == .tls13 }.flatMap(\.ciphers) }

    /// Suites of the older versions, in OpenSSL's names, most wanted first.
    public var olderCiphers: [String] { self.families.filter { $0 != .tls13 }.flatMap(\.ciphers) }

    /// Whether it allows versions in which signatures are made over MD5 and SHA-1 (RFC 8996).
    public var allowsLegacyVersions: Bool { self.versions.lowerBound < .tls12 }

    /// What a listener has that names none.
    ///
    /// ALB's own default, `ELBSecurityPolicy-2016-08`, allows TLS 1.0 and is there for its old customers.
    public static let standard = SecurityPolicy("TLS13-1-2-2021-06", .tls12 ... .tls13, tlsThirteen)

    public static func named(_ name: String) -> SecurityPolicy? { self.byName[name] }

    /// Every policy, also those that a library may not be able to provide.
    public static let all: [SecurityPolicy] =
        [
            standard,
            SecurityPolicy("TLS13-1-3-2021-06", .tls13 ... .tls13, [.tls13]),
            SecurityPolicy("TLS13-1-2-Res-2021-06", .tls12 ... .tls13, [.tls13, .gcm]),
            SecurityPolicy("TLS13-1-2-Ext1-2021-06", .tls12 ... .tls13, tlsThirteen + [.rsa]),
            SecurityPolicy("TLS13-1-2-Ext2-2021-06", .tls12 ... .tls13, Family.allCases),
            SecurityPolicy("TLS13-1-1-2021-06", .tls11 ... .tls13, Family.allCases),
            SecurityPolicy("TLS13-1-0-2021-06", .tls10 ... .tls13, Family.allCases),
            SecurityPolicy("TLS-1-2-Ext-2018-06", .tls12 ... .tls12, older),
            SecurityPolicy("TLS-1-2-2017-01", .tls12 ... .tls12, [.gcm, .cbc, .rsa]),
            SecurityPolicy("TLS-1-1-2017-01", .tls11 ... .tls12, older),
            SecurityPolicy("2016-08", .tls10 ... .tls12, older),
            SecurityPolicy("TLS13-1-3-PQ-2025-09", .tls13 ... .tls13, [.tls13], .postQuantum),
            SecurityPolicy("TLS13-1-2-PQ-2025-09", .tls12 ... .tls13, tlsThirteen, .postQuantum),
            SecurityPolicy("TLS13-1-2-Res-PQ-2025-09", .tls12 ... .tls13, [.tls13, .gcm], .postQuantum),
            SecurityPolicy(
                "TLS13-1-2-Ext1-PQ-2025-09",
                .tls12 ... .tls13,
                tlsThirteen + [.rsa],
                .postQuantum
            ),
            SecurityPolicy("TLS13-1-2-Ext2-PQ-2025-09", .tls12 ... .tls13, Family.allCases, .postQuantum),
            SecurityPolicy("TLS13-1-0-PQ-2025-09", .tls10 ... .tls13, Family.allCases, .postQuantum),
        ]
        + ["1-3", "1-2", "1-2-Res", "1-2-Ext0", "1-2-Ext1", "1-2-Ext2", "1-1", "1-0"].map {
            // Names only: what they allow is decided by the validated module.
            SecurityPolicy("TLS13-\($0)-FIPS-2023-04", .tls12 ... .tls13, tlsThirteen, .fips)
        }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
    private static let tlsThirteen: [Family] = [.tls13, .gcm, .cbc]
    private static let older: [Family] = [.gcm, .cbc, .sha, .rsa, .rsaSHA]
}

extension SecurityPolicy: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let policy = Self.named(name) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "there is no security policy \(name)"
            )
        }
        self = policy
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.name)
    }
}
