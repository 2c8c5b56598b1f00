import Glibc
import Model
import TLS

/// A file of an operator's, which the gate reads by itself.
enum OperatorFile {
    /// What the file system says of a file's version without its being read.
    ///
    /// Whatever is written, renamed over or linked anew changes it: the time of the last status change cannot
    /// be set back.
    struct Stamp: Hashable, Sendable {
        private let device: UInt64
        private let inode: UInt64
        private let size: Int64
        private let changed: Int64

        fileprivate init(_ status: stat) {
            self.device = UInt64(status.st_dev)
            self.inode = UInt64(status.st_ino)
            self.size = Int64(status.st_size)
            self.changed = Int64(status.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_ctim.tv_nsec)
        }
    }

    /// The version that is there now, behind whatever links; nil for none.
    static func stamp(_ path: String) -> Stamp? {
        var status = stat()
        return stat(path, &status) == 0 ? Stamp(status) : nil
    }

    /// What a file is read as.
    enum Kind {
        case bundle
        case revocationList

        /// Bytes; a bundle at every quota is below 600 KiB.
        fileprivate var limit: Int { self == .bundle ? 1_048_576 : Quotas.revocationFileBytes }
        fileprivate var absent: OperatorError.Code {
            self == .bundle ? .fileUnreadable : .revocationContentNotFound
        }
        fileprivate var invalid: OperatorError.Code {
            self == .bundle ? .invalidCaCertificatesBundle : .invalidRevocationContent
        }
    }

    /// Reads a regular file whole; its path is absolute, because the gate's directory is not the operator's.
    static func read(_ path: String, as kind: Kind) throws(OperatorError) -> [UInt8] {
        guard path.hasPrefix("/") else {
            throw OperatorError(
                .validationError,
                subject: path,
                message: "\(path) is not an absolute path, and the gate has no directory to begin from.",
                hint: "Write the path from the root on."
            )
        }
        // A pipe must not hold the gate up.
        guard let file = FileDescriptor(following: path, flags: O_RDONLY | O_NONBLOCK), file.isRegular,
            let bytes = file.readAll(limit: kind.limit)
        else {
            throw self.failure(errno, path, kind)
        }
        return bytes
    }

    private static func failure(_ number: Int32, _ path: String, _ kind: Kind) -> OperatorError {
        switch number {
        case EFBIG:
            OperatorError(
                kind.invalid,
                subject: path,
                message: "\(path) is larger than \(kind.limit) bytes.",
                hint: "Divide what it holds between several trust stores."
            )
        case ENOENT, ENOTDIR:
            OperatorError(
                kind.absent,
                subject: path,
                message: "The gate finds no file \(path).",
                hint: "Put the file there; the gate reads it by itself."
            )
        default:
            OperatorError(
                .fileUnreadable,
                subject: path,
                message: "The gate cannot read \(path): \(String(cString: strerror(number))).",
                hint: "Let the gate's user (uid \(geteuid())) read the file and enter its directories."
            )
        }
    }
}
