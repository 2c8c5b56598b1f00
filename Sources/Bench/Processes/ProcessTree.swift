/// Programs and what they have started.
enum ProcessTree {
    /// A process and all its descendants.
    static func all(under process: Int32) -> [Int32] {
        var children: [Int32: [Int32]] = [:]
        for name in ProcFile.names(in: "/proc") {
            guard let child = Int32(name), let parent = self.parent(of: child) else { continue }
            children[parent, default: []].append(child)
        }
        var found: [Int32] = []
        var open = [process]
        while let next = open.popLast() {
            found.append(next)
            open += children[next] ?? []
        }
        return found
    }

    private static func parent(of process: Int32) -> Int32? {
        // The name in parentheses may hold anything, parentheses too.
        guard let text = ProcFile.text("/proc/\(process)/stat"), let end = text.lastIndex(of: ")") else {
            return nil
        }
        let fields = text[text.index(after: end)...].split(separator: " ")
        return fields.count > 1 ? Int32(fields[1]) : nil
    }
}
