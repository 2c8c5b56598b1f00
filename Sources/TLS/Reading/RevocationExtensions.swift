import COpenSSL
import Model

/// What the extensions of a revocation list say (RFC 5280 5.2), as far as it matters.
struct RevocationExtensions {
    private typealias Tag = DERReader.Tag
    private typealias Malformed = DERReader.Malformed

    /// Last bytes of the identifiers below id-ce (2.5.29).
    private enum Identifier {
        static let number: UInt8 = 20
        static let reason: UInt8 = 21
        static let deltaIndicator: UInt8 = 27
        static let distributionPoint: UInt8 = 28
        static let certificateIssuer: UInt8 = 29
        static let keyIdentifier: UInt8 = 35
    }

    /// RFC 5280 5.2.3: no longer than 20 bytes.
    private static let numberBytes = 20
    private static let removeFromCRL: UInt8 = 8

    /// In decimal.
    private(set) var number: String?
    private(set) var keyIdentifier: [UInt8]?

    /// Reads `[0] EXPLICIT Extensions`.
    init(_ outer: DERReader.Element?) throws(DERReader.Malformed) {
        guard let outer else { return }
        var reader = outer.reader
        let list = try reader.next(Tag.sequence)
        try reader.finish()
        var seen: [[UInt8]] = []
        try Self.forEach(list) { identifier, isCritical, value throws(DERReader.Malformed) in
            guard !seen.contains(identifier) else { throw Malformed() }
            seen.append(identifier)
            switch Self.idCE(identifier) {
            case Identifier.number: self.number = try Self.number(value)
            case Identifier.keyIdentifier: self.keyIdentifier = try Self.keyIdentifier(value)
            case Identifier.deltaIndicator:
                throw Malformed(reason: "is a delta list, which only tells what another list leaves out")
            case Identifier.distributionPoint:
                throw Malformed(
                    reason: try Self.isIndirect(value)
                        ? "is an indirect list, which speaks for other CAs"
                        : "is a partitioned list (issuingDistributionPoint): it is not for all certificates "
                            + "of its CA"
                )
            default:
                if isCritical { throw Malformed(reason: "has a critical extension that is not understood") }
            }
        }
    }

    /// Refuses entries that mean something else than that the CA's own certificate is revoked.
    static func checkEntry(_ list: DERReader.Element) throws(DERReader.Malformed) {
        try self.forEach(list) { identifier, isCritical, value throws(DERReader.Malformed) in
            switch self.idCE(identifier) {
            case Identifier.certificateIssuer:
                throw Malformed(reason: "is an indirect list, which speaks for other CAs")
            case Identifier.reason:
                var reader = DERReader(value)
                if try reader.next(Tag.enumerated).contains(exactly: [self.removeFromCRL]) {
                    throw Malformed(reason: "has an entry with removeFromCRL, as only a delta list may")
                }
            default:
                if isCritical { throw Malformed(reason: "has an entry that is not understood") }
            }
        }
    }

    /// Why an entry is revoked, by RFC 5280 5.3.1; nil where it does not say.
    static func reason(_ list: DERReader.Element) throws(DERReader.Malformed) -> String? {
        var reason: String?
        try self.forEach(list) { identifier, _, value throws(DERReader.Malformed) in
            guard self.idCE(identifier) == Identifier.reason else { return }
            var reader = DERReader(value)
            let code = try reader.next(Tag.enumerated).content
            reason = code.count == 1 ? self.reasons[code[0]] : nil
        }
        return reason
    }

    private static let reasons: [UInt8: String] = [
        0: "unspecified", 1: "keyCompromise", 2: "cACompromise", 3: "affiliationChanged", 4: "superseded",
        5: "cessationOfOperation", 6: "certificateHold", 9: "privilegeWithdrawn", 10: "aACompromise",
    ]

    private static func forEach(
        _ list: DERReader.Element,
        _ body: (_ identifier: [UInt8], _ isCritical: Bool, _ value: UnsafeRawBufferPointer)
            throws(DERReader.Malformed) -> Void
    ) throws(DERReader.Malformed) {
        var reader = list.reader
        guard !reader.isAtEnd else { throw Malformed() }
        while !reader.isAtEnd {
            var parts = try reader.next(Tag.sequence).reader
            let identifier = try parts.next(Tag.objectIdentifier)
            guard Self.isIdentifier(identifier.content) else { throw Malformed() }
            let isCritical = try parts.nextIf(Tag.boolean)?.boolean() ?? false
            let value = try parts.next(Tag.octetString)
            try parts.finish()
            try body(Array(identifier.content), isCritical, value.content)
        }
    }

    /// Whether bytes are an OBJECT IDENTIFIER (X.690 8.19): parts in their shortest form, the last one whole.
    private static func isIdentifier(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var isStart = true
        for byte in bytes {
            if isStart, byte == 0x80 { return false }
            isStart = byte & 0x80 == 0
        }
        return isStart && !bytes.isEmpty
    }

    private static func idCE(_ identifier: [UInt8]) -> UInt8? {
        identifier.count == 3 && identifier[0] == 0x55 && identifier[1] == 0x1D ? identifier[2] : nil
    }

    private static func number(_ value: UnsafeRawBufferPointer) throws(DERReader.Malformed) -> String {
        var reader = DERReader(value)
        let number = try reader.next(Tag.integer).integer()
        try reader.finish()
        guard !number.isNegative, number.magnitude.count <= self.numberBytes + 1 else {
            throw Malformed(reason: "has a CRL number that is negative or longer than 20 bytes")
        }
        let bytes = number.magnitude.bindMemory(to: UInt8.self)
        guard let big = BN_bin2bn(bytes.baseAddress, Int32(bytes.count), nil) else { throw Malformed() }
        defer { BN_free(big) }
        guard let digits = BN_bn2dec(big) else { throw Malformed() }
        defer { CRYPTO_free(digits, "", 0) }
        return String(cString: digits)
    }

    /// `keyIdentifier [0] IMPLICIT OCTET STRING` of AuthorityKeyIdentifier, where it is there.
    private static func keyIdentifier(
        _ value: UnsafeRawBufferPointer
    ) throws(DERReader.Malformed) -> [UInt8]? {
        var reader = DERReader(value)
        var parts = try reader.next(Tag.sequence).reader
        try reader.finish()
        return try parts.nextIf(0x80).map { Array($0.content) }
    }

    /// `indirectCRL [4] IMPLICIT BOOLEAN` of IssuingDistributionPoint.
    private static func isIndirect(_ value: UnsafeRawBufferPointer) throws(DERReader.Malformed) -> Bool {
        var reader = DERReader(value)
        var parts = try reader.next(Tag.sequence).reader
        while !parts.isAtEnd {
            let part = try parts.next()
            if part.tag == 0x84 { return try part.boolean() }
        }
        return false
    }
}
