/// What the gate's process uses of its machine, at one moment.
public struct ProcessCounters: Hashable, Sendable, Codable {
    /// Processor time since the process began, in user and system mode, of all threads.
    public let cpuMicroseconds: Int64
    public let residentBytes: Int
    public let openDescriptors: Int
    /// How many there may be (`RLIMIT_NOFILE`).
    public let descriptorLimit: Int

    public init(
        cpuMicroseconds: Int64,
        residentBytes: Int,
        openDescriptors: Int,
        descriptorLimit: Int
    ) {
        self.cpuMicroseconds = cpuMicroseconds
        self.residentBytes = residentBytes
        self.openDescriptors = openDescriptors
        self.descriptorLimit = descriptorLimit
    }

    /// Of the descriptors there may be, 0 to 1.
    public var descriptorShare: Double {
        self.descriptorLimit > 0 ? Double(self.openDescriptors) / Double(self.descriptorLimit) : 0
    }
}
