import HTTP
import Model

/// The entry of a request in hand, with what has to be kept of its head until it is answered.
///
/// A worker uses drafts again: a logged request allocates nothing once there are enough.
final class AccessDraft {
    var entry: AccessEntry
    /// Of the trace identifier that the target gets; nil where the request could not be read.
    var traceSeed: TraceSeed?
    let text = ByteBuffer(capacity: AccessDraft.textBytes)

    /// What a draft keeps between requests.
    static let textBytes = 2_048

    init(_ entry: AccessEntry) {
        self.entry = entry
    }

    func begin(_ entry: AccessEntry) {
        self.entry = entry
        self.traceSeed = nil
        self.text.removeAllAndShrink(to: Self.textBytes)
    }

    /// Keeps a copy of some text; at most `limit` bytes of it.
    func keep(_ bytes: UnsafeRawBufferPointer, limit: Int = EngineLimits.headBytes) -> AccessEntry.Part {
        self.keep { $0.append(UnsafeRawBufferPointer(rebasing: bytes.prefix(limit))) }
    }

    /// Keeps what is written.
    func keep(_ write: (ByteBuffer) -> Void) -> AccessEntry.Part {
        let start = self.text.count
        write(self.text)
        return AccessEntry.Part(
            start: UInt32(truncatingIfNeeded: start),
            count: UInt32(truncatingIfNeeded: self.text.count - start)
        )
    }
}
