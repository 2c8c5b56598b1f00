/// What the gate remembers of clients to judge them again by another policy.
public enum RehearsalLimits {
    /// Clients with their certificates that some listener has let in.
    public static let clients = 10_000
    /// The same of clients that every listener has refused: strangers make any number of certificates.
    public static let strangers = 1_000
    /// Bytes of certificates, of either.
    public static let chainBytes = 32 << 20
    /// Listeners that are remembered of a client.
    public static let listeners = 32
    /// Names, of each listener, by which connections without a certificate are counted.
    public static let anonymousNames = 512
}
