import CNghttp2
import Model

/// The response, frame by frame: called by nghttp2 through `TargetSession+Callbacks`.
extension TargetSession {
    func beganHeaders() {
        if !self.hasHead {
            self.lines.removeAll()
            self.status = 0
        }
    }

    func tookHeader(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Int32 {
        let refused = NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
        if self.hasHead {
            let limit = EngineLimits.headerLineBytes
            return TrailerFields.take(name, value, to: self.trailers, limit: limit) ? 0 : refused
        }
        if ASCII.isExactly(name, ":status") {
            guard value.count == 3, value.allSatisfy(ASCII.isDigit) else { return refused }
            self.status = value.reduce(0) { $0 * 10 + Int($1 - ASCII.zero) }
            return 0
        }
        guard ASCII.isToken(name), !ASCII.hasForbiddenControl(value),
            self.lines.count + name.count + value.count + 4 <= EngineLimits.responseHeadBytes
        else { return refused }
        switch HeaderKind(name: name) {
        case .connection, .transferEncoding, .upgrade, .hopByHop: return 0
        case .contentLength:
            guard self.remaining == nil, value.count < 19, value.allSatisfy(ASCII.isDigit), !value.isEmpty
            else { return refused }
            self.remaining = value.reduce(0) { $0 * 10 + UInt64($1 - ASCII.zero) }
        default: break
        }
        self.lines.append(name)
        self.lines.append(": ")
        self.lines.append(value)
        self.lines.append("\r\n")
        return 0
    }

    func tookHead(ends: Bool) -> Int32 {
        guard !self.hasHead else { return 0 }
        guard self.status >= 200 else {
            // Interim responses are ours to give.
            self.interimCount += 1
            self.remaining = nil
            return self.interimCount <= EngineLimits.interimResponses
                ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
        }
        self.hasHead = true
        let hasNoBody = self.isHead || self.status == 204 || self.status == 304
        self.isChunked = !ends && !hasNoBody && self.remaining == nil
        let isComplete = hasNoBody || self.remaining == 0
        let out = isComplete ? self.held : self.response
        out.append("HTTP/1.1 ")
        out.append(decimal: UInt64(self.status))
        out.append(" \r\n")
        out.append(self.lines.bytes)
        if self.isChunked { out.append("Transfer-Encoding: chunked\r\n") }
        if ends, !hasNoBody, self.remaining == nil { out.append("Content-Length: 0\r\n") }
        out.append("\r\n")
        return 0
    }

    func tookData(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        if self.isChunked {
            ChunkedWriter.begin(bytes.count, to: self.response)
            self.response.append(bytes)
            ChunkedWriter.end(to: self.response)
        } else if let remaining, remaining >= UInt64(bytes.count) {
            // nghttp2 lets no more bytes through than the length announces.
            self.remaining = remaining - UInt64(bytes.count)
            let isLast = self.remaining == 0
            self.response.append(bytes.slice(0, isLast ? bytes.count - 1 : bytes.count))
            if isLast { self.held.append(bytes.slice(bytes.count - 1, bytes.count)) }
        }
    }

    /// The target has said all of its response.
    func tookEnd() {
        self.response.append(self.held.bytes)
        self.held.removeAll()
        if self.isChunked { ChunkedWriter.last(to: self.response) }
        self.hasEnd = true
    }

    func closed(_ id: Int32) {
        guard id == self.stream else { return }
        self.stream = 0
        if !self.hasEnd { self.isBroken = true }
    }

    /// Takes payload of the request; whether it was the last.
    func takePending(into space: UnsafeMutableRawBufferPointer) -> (count: Int, isLast: Bool) {
        let pending = self.request.pending
        let count = min(space.count, pending.count)
        space.copyMemory(from: pending.bytes.slice(0, count))
        pending.removeFirst(count)
        return (count, self.request.isComplete && pending.isEmpty)
    }

    /// Puts the request's trailers behind its payload; false where there are none.
    func submitTrailers() -> Bool {
        guard !self.request.trailers.isEmpty else { return false }
        self.block.begin()
        let lines = self.request.trailers.bytes
        guard HeaderBlock.forEachLine(of: lines, { _, name, value in self.block.add(name, value) }) else {
            return false
        }
        return self.block.withFields { nghttp2_submit_trailer(self.handle, self.stream, $0, $1) == 0 }
    }
}
