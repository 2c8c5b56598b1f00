import Glibc
import Model

extension OperatorError {
    /// A system call on one of our files failed; `verb` completes "cannot …".
    static func system(_ number: Int32, doing verb: String, path: String) -> OperatorError {
        let reason = String(cString: strerror(number))
        switch number {
        case EACCES, EPERM:
            return OperatorError(
                .permissionDenied,
                subject: path,
                message: "Cannot \(verb) \(path): \(reason).",
                hint: "Run as the owner of the state directory, or choose another with --state DIR."
            )
        case ENOSPC, EDQUOT:
            return OperatorError(
                .stateDirectoryUnusable,
                subject: path,
                message: "Cannot \(verb) \(path): \(reason).",
                hint: "Make room on that file system and try again."
            )
        default:
            return OperatorError(
                .stateDirectoryUnusable,
                subject: path,
                message: "Cannot \(verb) \(path): \(reason).",
                hint: "Choose a state directory on a local, writable file system with --state DIR."
            )
        }
    }
}
