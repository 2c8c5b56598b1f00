import HTTP
import Testing

@Suite("Byte buffer")
struct ByteBufferTests {
    @Test("What is appended comes out in order, whatever the capacity", arguments: [0, 1, 7, 4096])
    func order(capacity: Int) {
        let buffer = ByteBuffer(capacity: capacity)
        buffer.append("head ")
        buffer.append([0x62, 0x6F, 0x64, 0x79])
        buffer.append(byte: 0x20)
        buffer.append(decimal: 1_234_567_890)
        "…".utf8.withContiguousStorageIfAvailable { buffer.append(UnsafeRawBufferPointer($0)) }
        #expect(buffer.text == "head body 1234567890…")
        #expect(buffer.count == buffer.bytes.count)
    }

    @Test(
        "Numbers have no leading zeros",
        arguments: [
            (UInt64(0), "0", "0"), (9, "9", "9"), (10, "10", "a"), (255, "255", "ff"), (4096, "4096", "1000"),
            (.max, "18446744073709551615", "ffffffffffffffff"),
        ]
    )
    func numbers(value: UInt64, decimal: String, hex: String) {
        let buffer = ByteBuffer(capacity: 1)
        buffer.append(decimal: value)
        #expect(buffer.text == decimal)
        buffer.removeAll()
        buffer.append(hex: value)
        #expect(buffer.text == hex)
    }

    @Test("Removing from the front leaves the rest, through growth and compaction")
    func removal() {
        var generator = SeededGenerator(seed: 7)
        let buffer = ByteBuffer(capacity: 4)
        var expected: [UInt8] = []
        for _ in 0..<2_000 {
            if Bool.random(using: &generator) {
                let piece = (0..<Int.random(in: 0...40, using: &generator)).map {
                    UInt8(truncatingIfNeeded: $0)
                }
                buffer.append(piece)
                expected += piece
            } else {
                let count = Int.random(in: 0...min(50, expected.count), using: &generator)
                buffer.removeFirst(count)
                expected.removeFirst(count)
            }
            guard Array(buffer.bytes) == expected else {
                Issue.record("contents differ")
                return
            }
        }
    }

    @Test("An emptied buffer is empty and can be used again")
    func emptying() {
        let buffer = ByteBuffer(capacity: 8)
        buffer.append("a long text that makes it grow")
        buffer.removeAllAndShrink(to: 8)
        #expect(buffer.isEmpty)
        buffer.append("again")
        #expect(buffer.text == "again")
        buffer.removeAll()
        #expect(buffer.isEmpty && buffer.bytes.isEmpty)
    }
}

/// What buffers occupy is known to whoever bounds it.
@Suite("Buffer account")
struct BufferAccountTests {
    @Test("A buffer's memory is booked from its beginning, through growth and shrinking, to its end")
    func booking() {
        let account = BufferAccount()
        var buffer: ByteBuffer? = ByteBuffer(capacity: 100, account: account)
        #expect(account.bytes == 100)
        buffer?.append([UInt8](repeating: 0, count: 1_000))
        #expect(account.bytes >= 1_000)
        let other = ByteBuffer(capacity: 10, account: account)
        buffer?.removeAllAndShrink(to: 50)
        #expect(account.bytes == 60)
        buffer = nil
        #expect(account.bytes == 10)
        withExtendedLifetime(other) {}
    }
}
