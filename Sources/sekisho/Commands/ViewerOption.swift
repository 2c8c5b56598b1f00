import ArgumentParser
import Glibc
import Model

/// Who besides the gate's own user may look at a gate.
struct ViewerOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Let the members of this group look (status, logs, console) and change nothing: a name or number.",
            valueName: "group"
        ),
        transform: ViewerOption.group
    )
    var viewerGroup: UInt32?

    /// The number of a group.
    static func group(_ text: String) throws -> UInt32 {
        if let number = UInt32(text), number != .max { return number }
        // 64 KiB hold the names of thousands of members.
        let capacity = 65_536
        let found = withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer -> UInt32? in
            var entry = Glibc.group()
            var result: UnsafeMutablePointer<Glibc.group>?
            guard let scratch = buffer.baseAddress,
                getgrnam_r(text, &entry, scratch, capacity, &result) == 0, result != nil
            else { return nil }
            return entry.gr_gid
        }
        guard let found else { throw ValidationError("There is no group \(text) on this machine.") }
        return found
    }
}
