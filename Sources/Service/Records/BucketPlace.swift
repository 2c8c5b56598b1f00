import Glibc
import Model

/// Where one load balancer's files of one log lie in a bucket, named as ALB names them (`alb-mtls` 2.1).
///
/// A bucket is a directory, or a link to one, below `buckets/` of the state directory.
struct BucketPlace: Hashable, Sendable {
    enum Log: Hashable, Sendable {
        case access, connection
    }

    /// `<bucket>[/<prefix>]/AWSLogs/<account>`.
    let root: String
    /// What the names of all its files begin with.
    let stem: String
    /// Of the load balancer.
    let address: IPAddress
    private let log: Log
    private let path: String

    /// nil where the load balancer's log goes into no bucket.
    init?(_ log: Log, of balancer: LoadBalancer, below buckets: String) {
        let delivery = log == .access ? balancer.logs.access : balancer.logs.connection
        guard delivery.isEnabled, let bucket = delivery.bucket else { return nil }
        let prefix = delivery.prefix.map { "/\($0)" } ?? ""
        self.root = "\(buckets)/\(bucket)\(prefix)/AWSLogs/\(ResourceARN.account)"
        self.stem =
            (log == .connection ? "conn_log_" : "")
            + "\(ResourceARN.account)_elasticloadbalancing_\(ResourceARN.region)_"
            + balancer.path.replacing("/", with: ".")
        self.address = balancer.address
        self.log = log
        self.path = balancer.path
    }

    /// Where the files lie, in directories of years, months and days.
    var files: String { "\(self.root)/elasticloadbalancing/\(ResourceARN.region)" }

    /// The path of the file of an interval.
    func file(endingAt end: Timestamp) -> String {
        let f = end.fields
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let day = "\(f.year)/\(two(f.month))/\(two(f.day))"
        let stamp = "\(f.year)\(two(f.month))\(two(f.day))T\(two(f.hour))\(two(f.minute))Z"
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        let random = String((0..<8).map { _ in letters[Int.random(in: letters.indices)] })
        return "\(self.files)/\(day)/\(self.stem)_\(stamp)_\(self.address)_\(random).log.gz"
    }

    /// Writes ALB's test object, so that a bucket that cannot be written is refused with the change that
    /// names it.
    func writeTestObject(at time: Timestamp) throws(OperatorError) {
        let log = self.log == .access ? "AccessLog" : "ConnectionLog"
        try StateDirectory.makeDirectory(self.root)
        let file = "\(self.root)/ELB\(log)TestFile"
        guard let descriptor = FileDescriptor(opening: file, flags: O_WRONLY | O_CREAT | O_TRUNC),
            descriptor.writeAll(Array("Enable \(log) for ELB: \(self.path) at \(time.iso8601)\n".utf8))
        else { throw .system(errno, doing: "write", path: file) }
    }
}
