import Foundation
import Glibc
import Model

extension Descriptor {
    /// Bytes asked for in one read.
    private static let chunkBytes = 65_536

    /// Reads what is there without waiting; false at the end of the stream.
    func receive(into buffer: inout LineBuffer) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: Self.chunkBytes, alignment: 1) { chunk in
            let count = recv(self.number, chunk.baseAddress, chunk.count, Int32(MSG_DONTWAIT))
            if count > 0 {
                buffer.append(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
                return true
            }
            return count < 0 && (errno == EAGAIN || errno == EINTR)
        }
    }

    /// Writes what the peer takes without waiting and removes it from `pending`; false when it takes no more.
    func send(_ pending: inout Data) -> Bool {
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        let count = pending.withUnsafeBytes { Glibc.send(self.number, $0.baseAddress, $0.count, flags) }
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        // A slice shares the storage: what is left of a long line is not copied at every step.
        pending = pending.dropFirst(count)
        return true
    }

    /// Writes one error if the peer takes it at once.
    func sendOnce(_ error: OperatorError, id: Int = 0) {
        guard var line = try? ControlProtocol.encode(ControlReply(id: id, body: .error(error))) else {
            return
        }
        _ = self.send(&line)
    }
}
