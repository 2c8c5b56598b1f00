import COpenSSL
import Model

/// What OpenSSL left on this thread's error queue, oldest first, taken off it.
///
/// The queue is per thread and outlives the call that filled it, and `SSL_get_error` reads it: a stale entry
/// turns the next "try again" into a failure of the wrong connection. So every failing path drains it here,
/// and every handshake, read and write starts with it empty.
struct OpenSSLError: Error, Hashable, Sendable {
    /// Packed codes, as `ERR_get_error` returns them; at most 16, the library's bound.
    let codes: [UInt]

    /// Empties the queue of this thread and returns what was on it.
    static func drain() -> OpenSSLError {
        var codes: [UInt] = []
        while case let code = ERR_get_error(), code != 0 {
            codes.append(code)
        }
        return OpenSSLError(codes: codes)
    }

    /// Reasons given by the library's TLS part, oldest first; those of its other parts explain details only.
    var tlsReasons: [Int32] {
        self.codes.filter { copenssl_error_library($0) == ERR_LIB_SSL }.map { copenssl_error_reason($0) }
    }

    /// The newest reason in the library's words; says nothing about the data it failed on.
    var summary: String {
        guard let code = self.codes.last, let text = ERR_reason_error_string(code) else {
            return "no reason given"
        }
        return String(cString: text)
    }

    /// A failure that no input explains: out of memory, or a library built without what we need.
    func whileDoing(_ work: String) -> OperatorError {
        OperatorError(
            .internalFailure,
            subject: "TLS library",
            message: "OpenSSL failed while \(work): \(self.summary).",
            hint: nil
        )
    }
}
