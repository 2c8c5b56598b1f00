import Glibc

/// The serial numbers that a revocation list names, as one sorted table.
///
/// Numbers of one length stand together, in order, without anything between them: 20 bytes for a serial of 20
/// bytes. A number is looked for among those of its length by halving: 19 comparisons among 500,000. Nothing
/// is allocated for it, and any number of threads may look at once.
public final class RevokedSerials: Sendable {
    /// Bytes of a serial number; RFC 5280 (4.1.2.2) allows 20, some issuers use more.
    public static let serialBytes = 64

    /// Numbers in the table.
    public let count: Int

    private let keys: [UInt8]
    /// Where the keys of each length begin; one more at the end.
    private let starts: [Int]

    private init(keys: [UInt8], starts: [Int], count: Int) {
        self.keys = keys
        self.starts = starts
        self.count = count
    }

    /// Whether a number is in the table; without sign, big-endian, zeros in front of it mean nothing.
    public func contains(_ serial: UnsafeRawBufferPointer) -> Bool {
        let key = Self.key(serial)
        let length = key.count
        guard (1...Self.serialBytes).contains(length), let wanted = key.baseAddress else { return false }
        let (start, end) = (self.starts[length], self.starts[length + 1])
        return self.keys.withUnsafeBytes { keys in
            guard let base = keys.baseAddress?.advanced(by: start) else { return false }
            var low = 0
            var high = (end - start) / length
            while low < high {
                let middle = (low + high) / 2
                let order = memcmp(base.advanced(by: middle * length), wanted, length)
                if order == 0 { return true }
                if order < 0 { low = middle + 1 } else { high = middle }
            }
            return false
        }
    }

    /// A number without the zeros in front of it; zero is one byte.
    fileprivate static func key(_ serial: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let zeros = serial.prefix(max(0, serial.count - 1)).prefix { $0 == 0 }.count
        return UnsafeRawBufferPointer(rebasing: serial[zeros...])
    }

    /// Makes a table in one piece of memory, whose size is known beforehand.
    public struct Builder: ~Copyable {
        private var keys: [UInt8]
        private let starts: [Int]
        /// Where the next key of each length goes.
        private var next: [Int]
        private var count = 0

        /// Prepares for so many numbers of each length, by ``length(of:)``.
        ///
        /// - Parameter counts: as many as ``RevokedSerials/serialBytes`` and one, the first of them 0.
        public init(counts: [Int]) {
            var starts = [0]
            for length in 0...RevokedSerials.serialBytes {
                let count = counts.indices.contains(length) ? counts[length] : 0
                starts.append((starts.last ?? 0) + count * length)
            }
            self.starts = starts
            self.next = starts
            self.keys = [UInt8](repeating: 0, count: starts.last ?? 0)
        }

        /// Bytes that a number takes in the table.
        public static func length(of serial: UnsafeRawBufferPointer) -> Int {
            RevokedSerials.key(serial).count
        }

        /// Adds a number; one that was not prepared for is left out.
        public mutating func add(_ serial: UnsafeRawBufferPointer) {
            let key = RevokedSerials.key(serial)
            let length = key.count
            guard (1...RevokedSerials.serialBytes).contains(length), let source = key.baseAddress else {
                return
            }
            let place = self.next[length]
            guard place + length <= self.starts[length + 1] else { return }
            self.keys.withUnsafeMutableBytes { keys in
                _ = keys.baseAddress.map { memcpy($0.advanced(by: place), source, length) }
            }
            self.next[length] = place + length
            self.count += 1
        }

        /// Sorts what was added.
        public consuming func finish() -> RevokedSerials {
            for length in 1...RevokedSerials.serialBytes {
                let count = (self.starts[length + 1] - self.starts[length]) / length
                let start = self.starts[length]
                self.keys.withUnsafeMutableBytes { keys in
                    guard count > 1, let base = keys.baseAddress?.advanced(by: start) else { return }
                    // Most CAs write their lists in order.
                    let isSorted = (1..<count).allSatisfy {
                        memcmp(base.advanced(by: ($0 - 1) * length), base.advanced(by: $0 * length), length)
                            <= 0
                    }
                    guard !isSorted else { return }
                    KeySort(keys: base, length: length).sort(0..<count)
                }
            }
            return RevokedSerials(keys: self.keys, starts: self.starts, count: self.count)
        }
    }
}
