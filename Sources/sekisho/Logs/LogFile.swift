import Foundation
import Model

/// A log on disk.
enum LogFile {
    /// How far back the end of the file is read.
    private static let tailBytes: UInt64 = 16 * 1_024 * 1_024

    /// The last lines, oldest first.
    ///
    /// - Parameters:
    ///   - path: the newest file of the log.
    ///   - limit: where to stop; nil for the end.
    ///   - count: how many at most.
    ///   - isWanted: which ones count.
    /// - Returns: fewer where the last 16 MiB hold fewer.
    /// - Throws: ``OperatorError`` if there is no log, or it cannot be read.
    static func tail(
        of path: String,
        upTo limit: UInt64? = nil,
        count: Int,
        where isWanted: (String) -> Bool
    ) throws(OperatorError) -> [String] {
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            let end = min(try file.seekToEnd(), limit ?? .max)
            let start = end > Self.tailBytes ? end - Self.tailBytes : 0
            try file.seek(toOffset: start)
            var lines = String(decoding: try file.read(upToCount: Int(end - start)) ?? Data(), as: UTF8.self)
                .split(separator: "\n")
            // The first line of a tail has most likely lost its beginning.
            if start > 0, !lines.isEmpty { lines.removeFirst() }
            return lines.map(String.init).filter(isWanted).suffix(count)
        } catch {
            // Foundation's error wraps the system's, which is the one that tells a person something.
            let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
            let reason =
                cause.domain == NSPOSIXErrorDomain ? ": \(String(cString: strerror(Int32(cause.code))))" : ""
            throw OperatorError(
                .fileUnreadable,
                subject: path,
                message: "The log \(path) cannot be read\(reason).",
                hint: "Name the gate with --state or --socket, or start one with `sekisho serve`."
            )
        }
    }
}
