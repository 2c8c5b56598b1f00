import Glibc

/// Sole owner of a file descriptor: closed when the owner's lifetime ends.
///
/// Files are opened with mode 0600, not inherited by children, and never through a symbolic link that
/// somebody has laid in the place of ours.
struct FileDescriptor: ~Copyable, Sendable {
    let raw: Int32

    /// Opens a file; nil with `errno` set when that fails.
    init?(opening path: String, flags: Int32) {
        self.raw = Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard self.raw >= 0 else { return nil }
    }

    /// Opens a file of somebody else's, through whatever links lead to it; nil with `errno` set when that
    /// fails.
    init?(following path: String, flags: Int32) {
        self.raw = Glibc.open(path, flags | O_CLOEXEC)
        guard self.raw >= 0 else { return nil }
    }

    deinit {
        // Also called where opening has failed, whose `errno` must not become that of closing nothing.
        if self.raw >= 0 { close(self.raw) }
    }

    /// Whether it is a file with contents; false with `errno` set if not.
    var isRegular: Bool {
        var status = stat()
        guard fstat(self.raw, &status) == 0 else { return false }
        errno = status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL
        return status.st_mode & S_IFMT == S_IFREG
    }

    /// Writes everything; false with `errno` set when something is left over.
    func writeAll(_ bytes: some Collection<UInt8>) -> Bool {
        let bytes = ContiguousArray(bytes)
        return bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                let count = write(self.raw, buffer.baseAddress?.advanced(by: written), buffer.count - written)
                if count < 0 {
                    if errno == EINTR { continue }
                    return false
                }
                written += count
            }
            return true
        }
    }

    /// Makes what was written survive a power cut; false with `errno` set when that fails.
    func synchronize() -> Bool {
        fsync(self.raw) == 0
    }

    /// The first 64 bytes without white space around them; nil when they cannot be read.
    func readShortText() -> String? {
        let bytes = [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
            count = max(0, pread(self.raw, buffer.baseAddress, buffer.count, 0))
        }
        return String(decoding: bytes.prefix { $0 > 0x20 && $0 < 0x7F }, as: UTF8.self)
    }

    /// Everything up to `limit` bytes; nil with `errno` set when it cannot be read or is longer.
    func readAll(limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var status = stat()
        // In one piece: a list of 50 MB would else be copied each time it has doubled.
        if fstat(self.raw, &status) == 0 { bytes.reserveCapacity(min(Int(status.st_size), limit) + 1) }
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = chunk.withUnsafeMutableBytes { read(self.raw, $0.baseAddress, $0.count) }
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                return nil
            }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= limit else {
                errno = EFBIG
                return nil
            }
        }
    }
}
