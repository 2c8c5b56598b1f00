public import Model

/// Where the lines of access logs arrive: written to the gate's file and to buckets.
///
/// ``publish(_:)`` is called from the engine's collector thread and waits for nothing but a lock that is
/// held for appending. The file is made with the first line.
public final class AccessLog: Sendable {
    private let writer: LogWriter

    /// - Parameters:
    ///   - path: The file to append to; nothing is opened yet.
    ///   - clock: What the time is, for the intervals of buckets.
    public init(path: String, clock: @escaping @Sendable () -> Timestamp = Timestamp.now) {
        self.writer = LogWriter(name: "access log", file: RotatedFile(later: path), clock: clock)
    }

    public func publish(_ lines: [AccessLines]) {
        self.writer.append(
            lines.map { LogWriter.Chunk(path: $0.loadBalancerPath, bytes: $0.bytes, count: $0.count) }
        )
    }

    /// Waits until everything published is in the files, or counted as lost.
    public func flush() {
        self.writer.flush()
    }

    public var health: LogHealth { self.writer.health }

    func deliver(to places: [String: BucketPlace]) {
        self.writer.deliver(to: places)
    }

    func finish() {
        self.writer.finish()
    }
}
