import Model

/// A file that is being looked for, directory by directory or by its path.
struct FilePicker: Hashable, Sendable {
    enum Purpose: Hashable, Sendable {
        case addAuthorities, replaceBundle, addRevocations

        /// Bytes of a file that is read; the gate's own limits.
        var fileBytes: Int { self == .addRevocations ? Quotas.revocationFileBytes : 1_048_576 }
    }

    let purpose: Purpose
    /// The trust store that it is for.
    let store: String
    /// nil until the directory has been read.
    var listing: FileListing?
    /// Part of a name; with a slash in it, a path.
    var typed = ""
    var index = 0
    var problem: Phrase?

    /// What is offered: the directory above, and the names that have what was typed in them.
    var entries: [FileListing.Entry] {
        guard let listing else { return [] }
        let above = FileListing.Entry(name: "..", isDirectory: true, size: 0)
        guard !self.typed.isEmpty else { return [above] + listing.entries }
        let wanted = self.typed.lowercased()
        return listing.entries.filter { $0.name.lowercased().contains(wanted) }
    }

    /// What was typed is a path rather than a part of a name.
    var isPath: Bool { self.typed.contains("/") || self.typed.hasPrefix("~") }

    /// The path that Enter means; nil where there is none.
    var chosen: (path: String, isDirectory: Bool?)? {
        if self.isPath {
            let isAbsolute = self.typed.hasPrefix("/") || self.typed.hasPrefix("~")
            let base = isAbsolute ? "" : (self.listing?.directory ?? ".") + "/"
            return (FileListing.expanded(base + self.typed), self.typed.hasSuffix("/") ? true : nil)
        }
        guard let listing, self.entries.indices.contains(self.index) else { return nil }
        let entry = self.entries[self.index]
        let directory = listing.directory == "/" ? "" : listing.directory
        return ("\(directory)/\(entry.name)", entry.isDirectory)
    }
}
