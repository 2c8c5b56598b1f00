/// What one listener may keep so that clients resume their sessions; the ones not used for longest go.
public enum ResumptionLimits {
    public static let sessions = 10_000
    /// With what their clients presented.
    public static let bytes = 32 << 20
    /// What one takes beside what its client presented: the library's session, its keys and the leaf's.
    public static let sessionBytes = 3_072
}
