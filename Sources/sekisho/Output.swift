import Foundation
import Glibc

/// Standard output and error, a whole line at a time.
///
/// Written with `write(2)`: nothing is buffered that a pipe's reader waits for, or that a kill would lose.
enum Output {
    static func line(_ text: String) {
        Self.write(text + "\n")
    }

    /// Writes text as it is.
    static func write(_ text: String) {
        // Whoever read has read enough (`sekisho logs | head`): a success.
        guard Self.write(text, to: STDOUT_FILENO) else { exit(0) }
    }

    /// A terminal that has gone takes nothing, which must not keep a gate from serving.
    static func error(_ text: String) {
        _ = Self.write(text + "\n", to: STDERR_FILENO)
    }

    /// False when the reader has gone.
    private static func write(_ text: String, to descriptor: Int32) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }
}
