import Model

/// Which watched files have changed.
///
/// Looked at by stat(2), so that renames, exchanged links and network file systems are seen alike. A version
/// is read when two looks have found it the same, so that one that is still being written is left alone; then
/// it is not looked into again until the next one.
struct FileWatch: Sendable {
    private struct Seen: Sendable {
        var stamp: OperatorFile.Stamp?
        var isTaken: Bool
    }

    private var seen: [String: Seen] = [:]

    /// Takes another look.
    ///
    /// - Parameter stamps: of all watched files, as they are; nil for one that is not there.
    /// - Returns: the files to read now: those that have settled since they changed, at first each of them.
    mutating func due(_ stamps: [String: OperatorFile.Stamp?]) -> Set<String> {
        self.seen = self.seen.filter { stamps.keys.contains($0.key) }
        var due: Set<String> = []
        for (path, stamp) in stamps {
            guard let known = self.seen[path], known.stamp == stamp else {
                self.seen[path] = Seen(stamp: stamp, isTaken: false)
                continue
            }
            guard !known.isTaken else { continue }
            self.seen[path]?.isTaken = true
            due.insert(path)
        }
        return due
    }
}
