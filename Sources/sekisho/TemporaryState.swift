import Foundation
import Glibc
import Model

/// State directories that go when their process has no more use for them.
enum TemporaryState {
    /// Makes an empty one, for this user alone.
    static func make() throws(OperatorError) -> String {
        let base = FileManager.default.temporaryDirectory.path
        var template = Array("\(base)/sekisho-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            let reason = String(cString: strerror(errno))
            throw OperatorError(
                .stateDirectoryUnusable,
                subject: base,
                message: "A temporary directory cannot be made in \(base): \(reason).",
                hint: "Name a directory with --state DIR, or another place for temporary ones with TMPDIR."
            )
        }
        return String(decoding: template.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    static func remove(_ path: String) {
        try? FileManager.default.removeItem(atPath: path)
    }
}
