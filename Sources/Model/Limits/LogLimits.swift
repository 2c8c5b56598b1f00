/// What logs may take of memory and disk.
public enum LogLimits {
    /// The newest records of connections, which a gate remembers for those who look at its log.
    public static let keptRecords = 100_000

    /// Bytes of lines that wait to be written, of one log; what comes beyond is lost and counted.
    public static let waitingBytes = 67_108_864

    /// The size at which a log's plain file is moved aside.
    public static let fileBytes = 67_108_864

    /// How many files moved aside are kept of a log.
    public static let keptFiles = 8

    /// What one load balancer's files of one log may take in a bucket; the oldest go first.
    public static let bucketBytes = 1_073_741_824

    /// Between the files of a bucket; ALB's.
    public static let bucketInterval: Duration = .seconds(300)
}
