/// What makes a trace identifier unlike any other.
public struct TraceSeed {
    /// Since 1970.
    public let seconds: UInt32
    // 96 random bits.
    public let high: UInt32
    public let low: UInt64

    public init(seconds: UInt32, high: UInt32, low: UInt64) {
        self.seconds = seconds
        self.high = high
        self.low = low
    }
}
