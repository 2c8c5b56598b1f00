/// What the ledger of clients may hold.
public enum LedgerLimits {
    /// Clients that some listener has verified; the ones not seen for longest go.
    public static let verified = 100_000
    /// Certificates that none has: anybody can make any number, so they have a place of their own.
    public static let unverified = 10_000
    /// Clients that wait to be written; what comes with more is not noted, and counted.
    public static let waiting = 20_000
    /// Bytes of a subject, an issuer or a serial number.
    public static let nameBytes = 1_024
    /// Alternative names of a client.
    public static let alternativeNames = 8
    /// Bytes of all of them.
    public static let alternativeNameBytes = 512
    /// CAs that have vouched for a client, the newest.
    public static let roots = 4
    /// Addresses of a client, the newest.
    public static let addresses = 8
    /// Listeners of a client.
    public static let listeners = 32
    /// Clients that one answer lists.
    public static let page = 1_000
}
