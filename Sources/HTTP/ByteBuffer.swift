import Glibc

/// Growable owned memory, used again and again by its owner.
///
/// It holds bytes on their way out, or bytes that came in and wait for the rest of a head. It has no bound
/// of its own: whoever appends knows how much may wait (`EngineLimits.pendingBytes`) and stops reading.
/// Growth doubles, removal moves an index, so that both cost amortised constant time per byte.
///
/// One owner, one thread: it is not `Sendable`.
public final class ByteBuffer {
    private let account: BufferAccount?
    private var memory: UnsafeMutableRawPointer
    private var capacity: Int
    /// Index of the first byte that was not removed.
    private var start = 0
    public private(set) var count = 0

    /// Creates an empty buffer; a capacity of 0 counts as 1.
    ///
    /// Its memory is booked to the account for as long as it lives.
    public init(capacity: Int, account: BufferAccount? = nil) {
        self.account = account
        self.capacity = max(1, capacity)
        account?.bytes += self.capacity
        self.memory = .allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit {
        self.account?.bytes -= self.capacity
        self.memory.deallocate()
    }

    public var isEmpty: Bool { self.count == 0 }

    /// What the buffer holds; valid until the next mutation.
    public var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: self.memory + self.start, count: self.count)
    }

    /// Copies bytes to the end.
    ///
    /// They must not be the buffer's own: making room may move those.
    public func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
        memcpy(self.room(bytes.count), source, bytes.count)
        self.count += bytes.count
    }

    public func append(_ text: StaticString) {
        self.append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    public func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { self.append($0) }
    }

    public func append(byte: UInt8) {
        self.room(1).storeBytes(of: byte, as: UInt8.self)
        self.count += 1
    }

    /// Appends a number as decimal digits, without leading zeros.
    public func append(decimal: UInt64) {
        var digits = 1
        var rest = decimal / 10
        while rest > 0 {
            digits += 1
            rest /= 10
        }
        let target = self.room(digits)
        rest = decimal
        for place in stride(from: digits - 1, through: 0, by: -1) {
            target.storeBytes(
                of: UInt8(truncatingIfNeeded: 0x30 + rest % 10),
                toByteOffset: place,
                as: UInt8.self
            )
            rest /= 10
        }
        self.count += digits
    }

    /// Appends a number as lower-case hexadecimal digits, without leading zeros.
    public func append(hex: UInt64) {
        self.append(hex: hex, width: max(1, (64 - hex.leadingZeroBitCount + 3) / 4))
    }

    /// Appends the low `width` digits of a number as lower-case hexadecimal.
    public func append(hex: UInt64, width: Int) {
        let target = self.room(width)
        var rest = hex
        for place in stride(from: width - 1, through: 0, by: -1) {
            let digit = UInt8(truncatingIfNeeded: rest & 0xF)
            target.storeBytes(
                of: digit < 10 ? 0x30 + digit : 0x57 + digit,
                toByteOffset: place,
                as: UInt8.self
            )
            rest >>= 4
        }
        self.count += width
    }

    /// Copies bytes to the end, ASCII letters in lower case.
    public func append(lowercased bytes: UnsafeRawBufferPointer) {
        let target = self.room(bytes.count)
        for index in 0..<bytes.count {
            target.storeBytes(of: ASCII.lowercase(bytes[index]), toByteOffset: index, as: UInt8.self)
        }
        self.count += bytes.count
    }

    /// Drops bytes from the front.
    ///
    /// Only an index moves; the room is won back when the buffer is empty or the next append needs it.
    public func removeFirst(_ count: Int) {
        precondition(count >= 0 && count <= self.count, "removes more than the buffer holds")
        self.start += count
        self.count -= count
        if self.count == 0 { self.start = 0 }
    }

    /// Drops bytes from the end.
    func removeLast(_ count: Int) {
        precondition(count >= 0 && count <= self.count, "removes more than the buffer holds")
        self.count -= count
    }

    /// Empties the buffer and keeps its memory.
    public func removeAll() {
        self.start = 0
        self.count = 0
    }

    /// Empties the buffer and gives back what is beyond `capacity`, so that one large message does not weigh
    /// on an idle connection for the rest of its life.
    public func removeAllAndShrink(to capacity: Int) {
        self.removeAll()
        guard self.capacity > max(1, capacity) else { return }
        self.account?.bytes -= self.capacity - max(1, capacity)
        self.memory.deallocate()
        self.capacity = max(1, capacity)
        self.memory = .allocate(byteCount: self.capacity, alignment: 16)
    }

    /// Where the next `count` bytes go.
    private func room(_ count: Int) -> UnsafeMutableRawPointer {
        if self.start + self.count + count > self.capacity { self.makeRoom(count) }
        return self.memory + self.start + self.count
    }

    /// Moves the contents to the front where the removed part is at least as large as what is moved, which
    /// keeps the cost per byte constant; grows otherwise.
    @inline(never)
    private func makeRoom(_ count: Int) {
        if self.start >= self.count, self.count + count <= self.capacity {
            memcpy(self.memory, self.memory + self.start, self.count)
        } else {
            let before = self.capacity
            self.capacity = max(self.capacity * 2, self.count + count)
            self.account?.bytes += self.capacity - before
            let larger = UnsafeMutableRawPointer.allocate(byteCount: self.capacity, alignment: 16)
            memcpy(larger, self.memory + self.start, self.count)
            self.memory.deallocate()
            self.memory = larger
        }
        self.start = 0
    }
}

/// Bytes that the buffers booked to it occupy.
///
/// One thread: it is not `Sendable`.
public final class BufferAccount {
    public fileprivate(set) var bytes = 0

    public init() {}
}
