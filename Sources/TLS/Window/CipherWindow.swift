import COpenSSL

/// The memory through which OpenSSL reads and writes the connections of one worker.
///
/// A connection owns no buffers: the worker receives into one place, shows it here with ``setInput(_:)``,
/// calls one connection, and sends what is then in ``output``. The window therefore belongs to whichever
/// connection is being called, and must be empty of the last one's bytes before another is.
///
/// OpenSSL takes one record at a time, without reading ahead, and always takes the whole input before it asks
/// for more: when a call returns `needsInput`, ``unreadInput`` is empty and the input's memory is free.
public final class CipherWindow {
    private var input = UnsafeRawBufferPointer(start: nil, count: 0)
    private var inputOffset = 0

    private var storage: UnsafeMutableRawBufferPointer
    private var outputCount = 0

    /// Room for a handshake flight or a full record; grows with what one call writes.
    private static let initialCapacity = 32_768

    /// A larger buffer is given back by ``clearOutput()``: one long write must not cost memory for ever.
    private static let keptCapacity = 524_288

    public init() {
        self.storage = .allocate(byteCount: Self.initialCapacity, alignment: 16)
    }

    deinit {
        self.storage.deallocate()
    }

    /// Shows received bytes to the connection that is called next; they are borrowed until the next call.
    public func setInput(_ bytes: UnsafeRawBufferPointer) {
        self.input = bytes
        self.inputOffset = 0
    }

    /// What OpenSSL has not taken yet.
    public var unreadInput: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self.input[self.inputOffset...])
    }

    /// Ciphertext produced since the last ``clearOutput()``; valid until OpenSSL writes again.
    public var output: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self.storage[..<self.outputCount])
    }

    /// Forgets the output, once it is sent or copied.
    public func clearOutput() {
        self.outputCount = 0
        guard self.storage.count > Self.keptCapacity else { return }
        self.storage.deallocate()
        self.storage = .allocate(byteCount: Self.initialCapacity, alignment: 16)
    }

    /// Hands out up to `count` bytes; 0 when the input is used up.
    func take(_ count: Int, into target: UnsafeMutableRawPointer) -> Int {
        let taken = min(count, self.input.count - self.inputOffset)
        guard taken > 0, let source = self.input.baseAddress else { return 0 }
        target.copyMemory(from: source + self.inputOffset, byteCount: taken)
        self.inputOffset += taken
        return taken
    }

    func append(_ source: UnsafeRawPointer, count: Int) {
        if self.outputCount + count > self.storage.count {
            let capacity = max(self.storage.count * 2, self.outputCount + count)
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
            larger.copyMemory(from: self.output)
            self.storage.deallocate()
            self.storage = larger
        }
        self.storage.baseAddress.map { $0 + self.outputCount }?.copyMemory(from: source, byteCount: count)
        self.outputCount += count
    }
}
