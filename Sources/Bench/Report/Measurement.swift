/// One contender's figures in one round of one workload.
struct Measurement: Codable {
    let workload: String
    let contender: String
    let round: Int
    /// nil for ``Workload/idle``.
    var load: LoadResult?
    /// Of ``Workload/idle``.
    var connectionKiB: Double?

    /// The figure that contenders are compared by.
    var cost: Double? { self.connectionKiB ?? self.load?.cpuMicroseconds }
}
