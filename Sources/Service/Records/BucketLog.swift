import Foundation
import Glibc
import Model

/// One load balancer's files of one log in a bucket: one for each interval with lines, the oldest deleted
/// when all of them are too large.
///
/// A file bears `.part` until its interval is over, so that who collects files takes only whole ones. What is
/// appended is a member of gzip each time, so that a file is readable whenever its gate is killed. Used from
/// one thread at a time.
final class BucketLog {
    private static let unfinished = ".part"

    let place: BucketPlace
    private let limit: Int
    private let interval: Int64
    /// Finished files, oldest first.
    private var kept: [(path: String, bytes: Int)] = []
    private var current: Current?

    private struct Current: ~Copyable {
        let descriptor: FileDescriptor
        /// Without ``unfinished``.
        let path: String
        let end: Timestamp
        var bytes = 0
    }

    /// Finds the files that are there; what a killed gate had not finished is finished.
    init(
        _ place: BucketPlace,
        limit: Int = LogLimits.bucketBytes,
        interval: Duration = LogLimits.bucketInterval
    ) {
        self.place = place
        self.limit = limit
        self.interval = interval.components.seconds
        let names = FileManager.default.enumerator(atPath: place.files)?.compactMap { $0 as? String } ?? []
        // Of other load balancers and other logs, nothing is touched.
        for name in names.sorted() where name.split(separator: "/").last?.hasPrefix("\(place.stem)_") == true
        {
            var path = "\(place.files)/\(name)"
            if path.hasSuffix(Self.unfinished) {
                let finished = String(path.dropLast(Self.unfinished.count))
                guard rename(path, finished) == 0 else { continue }
                path = finished
            }
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            self.kept.append((path, Int(status.st_size)))
        }
        self.deleteOldest()
    }

    deinit {
        self.finish()
    }

    /// When the interval of the file in hand is over; nil without one.
    var end: Timestamp? { self.current?.end }

    /// Appends lines to the file of the present interval, compressed.
    func append(_ lines: [UInt8], at now: Timestamp) throws(OperatorError) {
        self.endInterval(at: now)
        if self.current == nil { try self.open(at: now) }
        guard let size = self.current?.bytes, let path = self.current?.path else { return }
        guard let bytes = Gzip.member(lines) else { throw .system(ENOMEM, doing: "compress for", path: path) }
        guard self.current?.descriptor.writeAll(bytes) == true else {
            let number = errno
            // Half a line would spoil the next one as well.
            if let raw = self.current?.descriptor.raw { _ = ftruncate(raw, off_t(size)) }
            // Another file is tried next time: what was wrong may have been with this one.
            self.finish()
            throw .system(number, doing: "write", path: path)
        }
        self.current?.bytes += bytes.count
        // A file that would fill the whole bound by itself makes room for the next.
        if size + bytes.count > self.limit / 4 { self.finish() }
    }

    /// Finishes the file in hand where its interval is over.
    func endInterval(at now: Timestamp) {
        if let end = self.current?.end, now >= end { self.finish() }
    }

    /// Gives the file in hand its last name.
    func finish() {
        guard let path = self.current?.path, let bytes = self.current?.bytes else { return }
        self.current = nil
        if bytes == 0 {
            unlink(path + Self.unfinished)
        } else if rename(path + Self.unfinished, path) == 0 {
            self.kept.append((path, bytes))
        }
        self.deleteOldest()
    }

    private func open(at now: Timestamp) throws(OperatorError) {
        let end = Timestamp(seconds: (now.seconds / self.interval + 1) * self.interval)
        let path = self.place.file(endingAt: end)
        if let slash = path.lastIndex(of: "/") { try StateDirectory.makeDirectory(String(path[..<slash])) }
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_EXCL
        guard let descriptor = FileDescriptor(opening: path + Self.unfinished, flags: flags) else {
            throw .system(errno, doing: "open", path: path + Self.unfinished)
        }
        self.current = Current(descriptor: descriptor, path: path, end: end)
    }

    private func deleteOldest() {
        var total = self.kept.reduce(0) { $0 + $1.bytes }
        var gone = 0
        while total > self.limit, gone < self.kept.count {
            unlink(self.kept[gone].path)
            // The day's directory goes with its last file; one that holds others stays.
            if let slash = self.kept[gone].path.lastIndex(of: "/") {
                rmdir(String(self.kept[gone].path[..<slash]))
            }
            total -= self.kept[gone].bytes
            gone += 1
        }
        self.kept.removeFirst(gone)
    }
}
