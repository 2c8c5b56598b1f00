/// The answer of one HTTP/2 stream on its way out, and what of its request still fills the windows.
///
/// Shared by the session, which sends from it, and by whoever answers, who looks how much waits.
public final class ServerStream {
    public let id: Int32
    /// Payload of the response that the windows or the socket have not taken.
    let pending: ByteBuffer
    /// Header lines behind the payload.
    var trailers: ByteBuffer?
    /// It answers HEAD.
    let isForHead: Bool
    /// Its HEADERS frame ends the response: no payload follows.
    var endsWithHead = false
    var hasResponse = false
    /// Nothing follows what is pending.
    var isFinished = false
    /// It has waited for the windows; whoever fills it is told when there is room.
    var isStalled = false
    /// Bytes of payload that have gone into frames; tells a slow client from one that has stopped.
    public internal(set) var takenCount: UInt64 = 0
    /// Bytes of the request's body that the window has not been given back for.
    public internal(set) var withheld = 0

    /// What waits in one stream before its target is no longer read.
    public static let pendingBytes = 65_536

    init(id: Int32, isForHead: Bool, account: BufferAccount? = nil) {
        self.pending = ByteBuffer(capacity: 1, account: account)
        self.id = id
        self.isForHead = isForHead
    }
}
