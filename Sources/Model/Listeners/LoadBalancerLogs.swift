/// Where a load balancer's logs go, beside the plain files of the gate (`alb-mtls` 2.1, 3).
public struct LoadBalancerLogs: Hashable, Sendable, Codable {
    /// Off, no request is logged anywhere.
    public var access = LogDelivery()
    /// Of the copy in a bucket; the gate's own file has all connections.
    public var connection = LogDelivery()

    public init() {}

    public static let none = LoadBalancerLogs()

    /// The prefixes of their attributes' names.
    public static let accessKey = "access_logs.s3"
    public static let connectionKey = "connection_logs.s3"

    /// - Throws: ``OperatorError``, with the attribute's ELBv2 name as subject.
    public func check() throws(OperatorError) {
        try self.access.check(Self.accessKey)
        try self.connection.check(Self.connectionKey)
        guard !self.connection.isEnabled || self.connection.bucket != nil else {
            throw OperatorError(
                .invalidConfigurationRequest,
                subject: "\(Self.connectionKey).bucket",
                message: "\(Self.connectionKey).enabled is true, and there is no bucket.",
                hint: "Name one; connections are in the gate's own log also without it."
            )
        }
    }

    /// Every attribute by its name, with its value as ELBv2 writes it.
    public var words: [(key: String, value: String)] {
        self.access.words(Self.accessKey) + self.connection.words(Self.connectionKey)
    }
}

/// A log's way into a bucket.
public struct LogDelivery: Hashable, Sendable, Codable {
    public var isEnabled = false
    /// nil for none.
    public var bucket: String?
    /// In front of the names of objects, without slashes around it; nil for none.
    public var prefix: String?

    public init(isEnabled: Bool = false, bucket: String? = nil, prefix: String? = nil) {
        self.isEnabled = isEnabled
        self.bucket = bucket
        self.prefix = prefix
    }

    fileprivate func words(_ key: String) -> [(key: String, value: String)] {
        [
            ("\(key).enabled", "\(self.isEnabled)"),
            ("\(key).bucket", self.bucket ?? ""),
            ("\(key).prefix", self.prefix ?? ""),
        ]
    }

    /// A bucket is a directory here, so what could lead out of it is refused, as S3 refuses most of it.
    fileprivate func check(_ key: String) throws(OperatorError) {
        if let bucket, !Self.isBucket(bucket) {
            throw OperatorError(
                .validationError,
                subject: "\(key).bucket",
                message: "\(key).bucket is \"\(bucket)\", which is no name of a bucket.",
                hint:
                    "Use 3 to 63 lower-case letters, digits, hyphens and single dots, with a letter or digit "
                    + "at both ends."
            )
        }
        guard let prefix else { return }
        guard self.bucket != nil else {
            throw OperatorError(
                .invalidConfigurationRequest,
                subject: "\(key).prefix",
                message: "\(key).prefix is set, and there is no bucket.",
                hint: "Name a bucket, or remove the prefix."
            )
        }
        guard Self.isPrefix(prefix) else {
            throw OperatorError(
                .validationError,
                subject: "\(key).prefix",
                message: "\(key).prefix is \"\(prefix)\", which cannot stand in front of log files.",
                hint: "Use letters, digits and !_.*'()- in parts divided by single slashes, at most 256 "
                    + "characters, no part \".\", \"..\" or with AWSLogs."
            )
        }
    }

    private static func isBucket(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        let isPlain: (UInt8) -> Bool = { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
        guard (3...63).contains(bytes.count), let first = bytes.first, let last = bytes.last,
            isPlain(first), isPlain(last)
        else { return false }
        return bytes.allSatisfy { isPlain($0) || $0 == 0x2D || $0 == 0x2E } && !name.contains("..")
    }

    private static func isPrefix(_ prefix: String) -> Bool {
        let isAllowed = prefix.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte)
                || "/!_.*'()-".utf8.contains(byte)
        }
        let parts = prefix.split(separator: "/", omittingEmptySubsequences: false)
        return isAllowed && prefix.utf8.count <= 256 && !prefix.contains("AWSLogs")
            && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }
}
