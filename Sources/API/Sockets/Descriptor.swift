import Glibc

/// Sole owner of one file descriptor; it is closed when the last reference goes.
package final class Descriptor: Sendable {
    package let number: Int32

    package init(_ number: Int32) {
        self.number = number
    }

    deinit {
        close(self.number)
    }

    /// Ends both directions, so that whoever waits on the descriptor in another thread wakes.
    ///
    /// Closing would free the number for another file while that thread still uses it.
    package func shutDown() {
        shutdown(self.number, Int32(SHUT_RDWR))
    }
}

/// A system call that failed.
package struct SystemError: Error, Hashable, Sendable {
    package let number: Int32

    /// What `errno` says now; call before anything else can change it.
    package static var last: SystemError { SystemError(number: errno) }

    package init(number: Int32) {
        self.number = number
    }

    /// `Permission denied`, in the C library's words.
    package var text: String { String(cString: strerror(self.number)) }
}
