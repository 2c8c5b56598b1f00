/// What one listener may keep so that clients resume their sessions; the ones not used for longest go.
public enum ResumptionLimits {
    public static let sessions = 10_000
    /// With what their clients presented.
    public static let bytes = 32 << 20
    /// What one takes beside what its client presented: the library's session, its keys and the leaf's.
    public static let sessionBytes = 3_072
    /// Sessions that are looked up for one handshake; who offers more makes a full one.
    ///
    /// Each may cost a judgement, and a ClientHello has room for hundreds.
    public static let lookups = 8
}
