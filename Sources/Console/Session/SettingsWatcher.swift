import Glibc

/// Tells when a file of settings has been saved, without looking at it again and again.
///
/// It is the directories that are watched: editors replace files instead of writing into them.
final class SettingsWatcher {
    /// Readable when something happened; −1 where the kernel does not tell.
    let descriptor: Int32
    private var names: [Int32: (directory: String, Set<String>)] = [:]

    init(_ paths: [String]) {
        self.descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        for path in paths { self.watch(path) }
    }

    deinit {
        if self.descriptor >= 0 { close(self.descriptor) }
    }

    /// Watches one more file, which need not be there yet; its directory must.
    func watch(_ path: String) {
        guard self.descriptor >= 0, let slash = path.lastIndex(of: "/") else { return }
        let directory = String(path[..<slash])
        let name = String(path[path.index(after: slash)...])
        let events = UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO)
        let watch = inotify_add_watch(self.descriptor, directory.isEmpty ? "/" : directory, events)
        guard watch >= 0 else { return }
        self.names[watch, default: (directory, [])].1.insert(name)
    }

    /// The watched files that were saved since the last call.
    func take() -> Set<String> {
        var saved: Set<String> = []
        let capacity = 4_096
        var bytes = [UInt8](repeating: 0, count: capacity)
        while true {
            let count = read(self.descriptor, &bytes, capacity)
            guard count > 0 else { return saved }
            var offset = 0
            // inotify(7): watch, mask, cookie and length of the name, four bytes each, then the name.
            while offset + 16 <= count {
                let (watch, length) = bytes.withUnsafeBytes { raw in
                    (
                        raw.loadUnaligned(fromByteOffset: offset, as: Int32.self),
                        Int(raw.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self))
                    )
                }
                let end = min(count, offset + 16 + length)
                let name = String(decoding: bytes[(offset + 16)..<end].prefix { $0 != 0 }, as: UTF8.self)
                if let (directory, names) = self.names[watch], names.contains(name) {
                    saved.insert("\(directory)/\(name)")
                }
                offset = end
            }
        }
    }
}
