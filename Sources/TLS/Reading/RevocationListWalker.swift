import COpenSSL
import Model

/// Walks over a CertificateList (RFC 5280 5.1), twice: to judge it whole, then to take its serial numbers.
struct RevocationListWalker {
    private typealias Tag = DERReader.Tag
    private typealias Malformed = DERReader.Malformed

    private let bytes: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    func list(
        fingerprint: String
    ) throws(DERReader.Malformed) -> (facts: RevocationList.Facts, content: RevocationContent) {
        var outermost = DERReader(self.bytes)
        var parts = try outermost.next(Tag.sequence).reader
        try outermost.finish()
        let signed = try parts.next(Tag.sequence)
        let algorithm = try parts.next(Tag.sequence)
        let value = try parts.next(Tag.bitString)
        try parts.finish()
        // The first byte of a BIT STRING counts unused bits; a signature has none.
        guard value.content.first == 0 else { throw Malformed() }

        var body = signed.reader
        let version = try body.nextIf(Tag.integer)
        guard version?.contains(exactly: [1]) ?? true else { throw Malformed() }
        guard try body.next(Tag.sequence).whole.elementsEqual(algorithm.whole) else {
            throw Malformed(reason: "names two signature algorithms")
        }
        let issuer = try body.next(Tag.sequence)
        let thisUpdate = try body.next().time()
        let hasNextUpdate = [Tag.utcTime, Tag.generalizedTime].contains(body.nextTag)
        let nextUpdate = hasNextUpdate ? try body.next().time() : nil
        let entries = try body.nextIf(Tag.sequence)
        let extensions = try body.nextIf(Tag.context(0))
        try body.finish()
        guard version != nil || extensions == nil else { throw Malformed() }
        let known = try RevocationExtensions(extensions)

        guard let accepted = SignatureAlgorithm(algorithm.whole) else {
            throw Malformed(
                reason: "is signed with an algorithm that is not accepted: "
                    + "it must be RSA or ECDSA with SHA-256, SHA-384 or SHA-512"
            )
        }
        guard let digest = accepted.digest(of: signed.whole), let name = FactsReader.name(issuer.whole),
            !issuer.content.isEmpty
        else { throw Malformed() }
        let (serials, count) = try self.serials(entries, hasExtensions: version != nil)
        return (
            RevocationList.Facts(
                issuer: name,
                number: known.number,
                entries: count,
                thisUpdate: thisUpdate,
                nextUpdate: nextUpdate,
                fingerprint: fingerprint
            ),
            RevocationContent(
                fingerprint: fingerprint,
                issuer: Array(issuer.whole),
                keyIdentifier: known.keyIdentifier,
                thisUpdate: thisUpdate,
                nextUpdate: nextUpdate,
                signature: RevocationContent.Signature(
                    algorithm: Array(algorithm.whole),
                    digest: digest,
                    value: Array(value.content.dropFirst())
                ),
                serials: serials
            )
        )
    }

    /// What the list says of one number; nil if it does not name it.
    func entry(of serial: [UInt8]) throws(DERReader.Malformed) -> RevokedEntry? {
        var outermost = DERReader(self.bytes)
        var parts = try outermost.next(Tag.sequence).reader
        var body = try parts.next(Tag.sequence).reader
        _ = try body.nextIf(Tag.integer)
        // Algorithm, issuer, thisUpdate and nextUpdate stand before the entries.
        _ = try (body.next(Tag.sequence), body.next(Tag.sequence), body.next())
        if [Tag.utcTime, Tag.generalizedTime].contains(body.nextTag) { _ = try body.next() }
        guard let list = try body.nextIf(Tag.sequence) else { return nil }
        var reader = list.reader
        while !reader.isAtEnd {
            var entry = try reader.next(Tag.sequence).reader
            let number = try entry.next(Tag.integer).integer()
            guard !number.isNegative,
                number.magnitude.drop(while: { $0 == 0 }).elementsEqual(
                    serial.drop { $0 == 0 }
                )
            else { continue }
            return RevokedEntry(
                revokedAt: try entry.next().time(),
                reason: try entry.isAtEnd ? nil : RevocationExtensions.reason(entry.next(Tag.sequence))
            )
        }
        return nil
    }

    /// The numbers that can be revoked, and how many entries there are.
    private func serials(
        _ list: DERReader.Element?,
        hasExtensions: Bool
    ) throws(DERReader.Malformed) -> (RevokedSerials, count: Int) {
        var counts = [Int](repeating: 0, count: RevokedSerials.serialBytes + 1)
        var count = 0
        guard let list else { return (RevokedSerials.Builder(counts: counts).finish(), 0) }
        // RFC 5280 5.1.2.6: a list that names nobody leaves this part out.
        guard !list.content.isEmpty else { throw Malformed() }
        var reader = list.reader
        while !reader.isAtEnd {
            count += 1
            guard let serial = try self.check(reader.next(Tag.sequence), hasExtensions: hasExtensions) else {
                continue
            }
            let length = RevokedSerials.Builder.length(of: serial)
            guard length <= RevokedSerials.serialBytes else {
                throw Malformed(
                    reason: "names a serial number of more than \(RevokedSerials.serialBytes) bytes"
                )
            }
            counts[length] += 1
        }
        var builder = RevokedSerials.Builder(counts: counts)
        reader = list.reader
        while !reader.isAtEnd {
            var entry = try reader.next(Tag.sequence).reader
            let serial = try entry.next(Tag.integer).integer()
            if !serial.isNegative { builder.add(serial.magnitude) }
        }
        return (builder.finish(), count)
    }

    /// The serial number of an entry that says what it may; nil for a negative one, which cannot be revoked.
    private func check(
        _ entry: DERReader.Element,
        hasExtensions: Bool
    ) throws(DERReader.Malformed) -> UnsafeRawBufferPointer? {
        var reader = entry.reader
        let serial = try reader.next(Tag.integer).integer()
        _ = try reader.next().time()
        if !reader.isAtEnd {
            guard hasExtensions else { throw Malformed() }
            try RevocationExtensions.checkEntry(reader.next(Tag.sequence))
            try reader.finish()
        }
        return serial.isNegative ? nil : serial.magnitude
    }
}
