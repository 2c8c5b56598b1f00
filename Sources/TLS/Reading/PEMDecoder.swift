import Glibc
import Model

/// Decodes the one block of a large PEM file in the memory of the file.
///
/// As strict as ``Base64``; text around the block is explanation (RFC 7468 section 2).
struct PEMDecoder {
    private static let begin = Array("-----BEGIN ".utf8)
    private static let end = Array("-----END ".utf8)
    private static let dashes = Array("-----".utf8)
    private static let padding = UInt8(ascii: "=")

    private let label: String
    /// Of the block's BEGIN line, counted from 1.
    private var begun: Int?
    private var isClosed = false
    /// Bytes written; never more than were read.
    private var written = 0
    private var bits: UInt32 = 0
    private var bitCount: UInt32 = 0
    private var paddingCount = 0

    private init(label: String) {
        self.label = label
    }

    /// Turns a file that holds exactly one block of a kind, and none of another, into what the block spells.
    static func decode(_ bytes: inout [UInt8], label: String) throws(PEM.Failure) {
        var decoder = PEMDecoder(label: label)
        let count = bytes.count
        try bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(PEM.Failure) in try decoder.run(buffer) }
        }.get()
        bytes.removeLast(count - decoder.written)
    }

    private mutating func run(_ buffer: UnsafeMutableRawBufferPointer) throws(PEM.Failure) {
        var start = 0
        var number = 0
        while start < buffer.count, let base = buffer.baseAddress {
            number += 1
            let found = memchr(base + start, 0x0A, buffer.count - start)
            let next = found.map { base.distance(to: UnsafeMutableRawPointer($0)) } ?? buffer.count
            let end = next > start && buffer[next - 1] == 0x0D ? next - 1 : next
            try self.take(UnsafeRawBufferPointer(rebasing: buffer[start..<end]), number, into: buffer)
            start = next + 1
        }
        if let begun, !self.isClosed { throw self.failure(begun, "begins a block that does not end.") }
        guard self.begun != nil else {
            throw PEM.Failure(
                line: 1,
                problem: "and those after it begin no \(self.label) block.",
                hint: "Export it as PEM: it begins with -----BEGIN \(self.label)-----."
            )
        }
    }

    private mutating func take(
        _ line: UnsafeRawBufferPointer,
        _ number: Int,
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(PEM.Failure) {
        if let label = Self.label(of: line, Self.begin) {
            guard label == self.label else { throw self.failure(number, "begins a \(label) block.") }
            guard self.begun == nil else { throw self.failure(number, "begins a second block.") }
            self.begun = number
        } else if let label = Self.label(of: line, Self.end) {
            guard label == self.label, self.begun != nil, !self.isClosed else {
                throw self.failure(number, "ends a block that does not begin.")
            }
            guard self.bits == 0, self.bitCount == UInt32(self.paddingCount) * 2, self.written > 0 else {
                throw self.failure(number, "ends a block that is not base64.")
            }
            self.isClosed = true
        } else if self.begun != nil, !self.isClosed {
            guard self.append(line, to: buffer) else { throw self.failure(number, "is not base64.") }
        }
    }

    private mutating func append(
        _ line: UnsafeRawBufferPointer,
        to buffer: UnsafeMutableRawBufferPointer
    ) -> Bool {
        for character in line {
            if character == Self.padding {
                self.paddingCount += 1
                guard self.paddingCount <= 2 else { return false }
                continue
            }
            let value = Base64.value(of: character)
            guard value != 255, self.paddingCount == 0 else { return false }
            self.bits = self.bits << 6 | UInt32(value)
            self.bitCount += 6
            if self.bitCount >= 8 {
                self.bitCount -= 8
                buffer[self.written] = UInt8(truncatingIfNeeded: self.bits >> self.bitCount)
                self.written += 1
                self.bits &= (1 << self.bitCount) - 1
            }
        }
        return true
    }

    private func failure(_ line: Int, _ problem: String) -> PEM.Failure {
        PEM.Failure(
            line: line,
            problem: problem,
            hint: "Give the file one \(self.label) block and no other; export it again if it was cut off."
        )
    }

    private static func label(of line: UnsafeRawBufferPointer, _ mark: [UInt8]) -> String? {
        guard line.first == mark[0], line.count > mark.count + self.dashes.count, line.starts(with: mark),
            line.suffix(self.dashes.count).elementsEqual(self.dashes)
        else { return nil }
        return String(decoding: line[mark.count..<line.count - self.dashes.count], as: UTF8.self)
    }
}
