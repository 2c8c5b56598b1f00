/// The answer of one HTTP/2 stream on its way out, and what of its request still fills the windows.
///
/// Shared by the session, which sends from it, and by whoever answers, who looks how much waits.
public final class ServerStream {
    public let id: Int32
    /// Payload of the response that the windows or the socket have not taken.
    let pending = ByteBuffer(capacity: 1)
    var hasResponse = false
    /// Nothing follows what is pending.
    var isFinished = false
    /// It has waited for the windows; whoever fills it is told when there is room.
    var isStalled = false
    /// Bytes of the request's body that the window has not been given back for.
    public internal(set) var withheld = 0

    /// What waits in one stream before its target is no longer read.
    public static let pendingBytes = 65_536

    init(id: Int32) {
        self.id = id
    }

    public var pendingCount: Int { self.pending.count }
    public var isFull: Bool { self.pending.count > Self.pendingBytes }
}
