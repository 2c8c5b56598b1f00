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
    /// What was typed when a directory was asked for: what comes after it is typed into that one.
    var taken = ""
    /// The directory that a slash has led into, until it has been read.
    var entering: String?
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

    /// The directory that a slash after what was typed leads into; nil where there is none.
    var entered: String? {
        guard self.entering == nil else { return nil }
        switch self.typed {
        case "": return "/"
        case "~": return FileListing.expanded("~")
        default:
            let isListed =
                self.typed == ".." || self.entries.contains { $0.isDirectory && $0.name == self.typed }
            return isListed ? self.listing.map { "\($0.directory)/\(self.typed)" } : nil
        }
    }

    /// What was typed is a path rather than a part of a name.
    var isPath: Bool { self.typed.contains("/") || self.typed.hasPrefix("~") }

    /// The path of a name in the directory that is shown, or about to be.
    private func path(_ name: String) -> String {
        let directory = self.entering ?? self.listing?.directory ?? "."
        return directory == "/" ? "/\(name)" : "\(directory)/\(name)"
    }

    /// The path that Enter means; nil where there is none.
    var chosen: (path: String, isDirectory: Bool?)? {
        if self.isPath {
            let isAbsolute = self.typed.hasPrefix("/") || self.typed.hasPrefix("~")
            let path = isAbsolute ? self.typed : self.path(self.typed)
            return (FileListing.expanded(path), self.typed.hasSuffix("/") ? true : nil)
        }
        guard self.entering == nil else { return self.typed.isEmpty ? nil : (self.path(self.typed), nil) }
        guard self.entries.indices.contains(self.index) else { return nil }
        let entry = self.entries[self.index]
        return (self.path(entry.name), entry.isDirectory)
    }
}
