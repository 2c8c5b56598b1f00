/// Strict DER (X.690 sections 8 and 10) over borrowed bytes, one element after another.
///
/// Definite lengths in their shortest form, and tags of one byte, are all there is; every element lies within
/// the bytes it is read from. Nothing is copied, so nothing in the input decides how much memory is taken.
struct DERReader {
    /// The bytes are not DER, or not what was expected of them.
    struct Malformed: Error {
        /// Where there is more to say: continues a sentence that begins with the file.
        var reason: String?
    }

    /// An element, borrowed from the bytes it was read from.
    struct Element {
        let tag: UInt8
        let content: UnsafeRawBufferPointer
        /// With tag and length.
        let whole: UnsafeRawBufferPointer
    }

    /// Tags, with the bit of constructed types.
    enum Tag {
        static let integer: UInt8 = 0x02
        static let bitString: UInt8 = 0x03
        static let octetString: UInt8 = 0x04
        static let null: UInt8 = 0x05
        static let objectIdentifier: UInt8 = 0x06
        static let enumerated: UInt8 = 0x0A
        static let utcTime: UInt8 = 0x17
        static let generalizedTime: UInt8 = 0x18
        static let sequence: UInt8 = 0x30
        static let boolean: UInt8 = 0x01
        /// `[number]`, constructed.
        static func context(_ number: UInt8) -> UInt8 { 0xA0 | number }
    }

    private var rest: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) {
        self.rest = bytes
    }

    var isAtEnd: Bool { self.rest.isEmpty }

    /// The tag of the next element; nil at the end.
    var nextTag: UInt8? { self.rest.first }

    mutating func next() throws(Malformed) -> Element {
        let bytes = self.rest
        guard bytes.count >= 2, bytes[0] & 0x1F != 0x1F else { throw Malformed() }
        var header = 2
        var count = Int(bytes[1])
        if count >= 0x80 {
            // 0x80 is the indefinite form; four bytes hold 4 GiB.
            let size = count & 0x7F
            guard (1...4).contains(size), bytes.count >= 2 + size, bytes[2] != 0 else { throw Malformed() }
            count = 0
            for index in 0..<size { count = count << 8 | Int(bytes[2 + index]) }
            guard count >= 0x80 else { throw Malformed() }
            header += size
        }
        guard count <= bytes.count - header else { throw Malformed() }
        self.rest = UnsafeRawBufferPointer(rebasing: bytes[(header + count)...])
        return Element(
            tag: bytes[0],
            content: UnsafeRawBufferPointer(rebasing: bytes[header..<header + count]),
            whole: UnsafeRawBufferPointer(rebasing: bytes[..<(header + count)])
        )
    }

    /// The next element, which must have this tag.
    mutating func next(_ tag: UInt8) throws(Malformed) -> Element {
        let element = try self.next()
        guard element.tag == tag else { throw Malformed() }
        return element
    }

    /// The next element if it has this tag.
    mutating func nextIf(_ tag: UInt8) throws(Malformed) -> Element? {
        self.nextTag == tag ? try self.next() : nil
    }

    func finish() throws(Malformed) {
        guard self.isAtEnd else { throw Malformed() }
    }
}

extension DERReader.Element {
    /// A reader of what is inside.
    var reader: DERReader { DERReader(self.content) }

    /// Whether the content is exactly this.
    func contains(exactly bytes: [UInt8]) -> Bool {
        self.content.elementsEqual(bytes)
    }

    /// The content as an INTEGER: its sign, and its value without one.
    ///
    /// Of a negative number only the sign is told.
    func integer() throws(DERReader.Malformed) -> (isNegative: Bool, magnitude: UnsafeRawBufferPointer) {
        let bytes = self.content
        guard let first = bytes.first else { throw DERReader.Malformed() }
        if bytes.count > 1 {
            // The first nine bits are not all the same (X.690 8.3.2).
            let hasHighBit = bytes[1] & 0x80 != 0
            guard !(first == 0 && !hasHighBit), !(first == 0xFF && hasHighBit) else {
                throw DERReader.Malformed()
            }
        }
        return (first & 0x80 != 0, bytes)
    }

    /// The content as BOOLEAN.
    func boolean() throws(DERReader.Malformed) -> Bool {
        guard self.content.count == 1, [0x00, 0xFF].contains(self.content[0]) else {
            throw DERReader.Malformed()
        }
        return self.content[0] == 0xFF
    }
}
