/// Writes the responses this gateway makes by itself.
public enum ResponseWriter {
    /// Writes a whole response.
    ///
    /// `Server: awselb/2.0` is what clients of an ALB see (`elbv2-api` 5.3). A HEAD gets the headers of the
    /// body and not the body; 204 has neither, 205 a length of 0 (RFC 9110 15.3).
    ///
    /// `status` is 200–599; `contentType` holds no line end, it is copied as it is. A connection that stays
    /// open is announced as such, which 1.0 clients need and others ignore.
    public static func write(
        status: Int,
        contentType: UnsafeRawBufferPointer,
        body: UnsafeRawBufferPointer,
        isHead: Bool,
        closes: Bool,
        date: HTTPDate,
        to out: ByteBuffer
    ) {
        self.begin(status, date, closes, to: out)
        if status != 204 {
            let length = status == 205 ? 0 : body.count
            if length > 0 {
                out.append("Content-Type: ")
                out.append(contentType)
                out.append("\r\n")
            }
            out.append("Content-Length: ")
            out.append(decimal: UInt64(length))
            out.append("\r\n")
            out.append("\r\n")
            if !isHead, length > 0 { out.append(body) }
        } else {
            out.append("\r\n")
        }
    }

    /// Writes an error as ALB words it: a small page that names the status and nothing else.
    public static func writeError(
        status: Int,
        isHead: Bool,
        closes: Bool,
        date: HTTPDate,
        to out: ByteBuffer
    ) {
        self.begin(status, date, closes, to: out)
        self.writePage(status, isHead, to: out)
    }

    /// Writes a redirect; `location` is copied as it is and holds no line end.
    public static func writeRedirect(
        status: Int,
        location: UnsafeRawBufferPointer,
        isHead: Bool,
        closes: Bool,
        date: HTTPDate,
        to out: ByteBuffer
    ) {
        self.begin(status, date, closes, to: out)
        out.append("Location: ")
        out.append(location)
        out.append("\r\n")
        self.writePage(status, isHead, to: out)
    }

    /// Writes the rest of a head, and the page behind it.
    private static func writePage(_ status: Int, _ isHead: Bool, to out: ByteBuffer) {
        if status == 405 {
            // RFC 9110 15.5.6 asks for the list; these are the methods ALB documents.
            out.append("Allow: GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH\r\n")
        }
        let phrase = StatusPhrase.phrase(status)
        // The page names "<status> <phrase>" twice.
        let length = self.pageBytes + 2 * (4 + phrase.utf8CodeUnitCount)
        out.append("Content-Type: text/html\r\nContent-Length: ")
        out.append(decimal: UInt64(length))
        out.append("\r\n\r\n")
        if isHead { return }
        out.append(self.pageStart)
        self.appendStatus(status, phrase, to: out)
        out.append(self.pageMiddle)
        self.appendStatus(status, phrase, to: out)
        out.append(self.pageEnd)
    }

    /// Writes the interim response to `Expect: 100-continue`.
    public static func writeContinue(to out: ByteBuffer) {
        out.append("HTTP/1.1 100 Continue\r\n\r\n")
    }

    private static var pageStart: StaticString { "<html>\r\n<head><title>" }
    private static var pageMiddle: StaticString {
        "</title></head>\r\n<body>\r\n<center><h1>"
    }
    private static var pageEnd: StaticString { "</h1></center>\r\n</body>\r\n</html>\r\n" }
    private static var pageBytes: Int {
        self.pageStart.utf8CodeUnitCount + self.pageMiddle.utf8CodeUnitCount + self.pageEnd.utf8CodeUnitCount
    }

    private static func begin(_ status: Int, _ date: HTTPDate, _ closes: Bool, to out: ByteBuffer) {
        out.append("HTTP/1.1 ")
        self.appendStatus(status, StatusPhrase.phrase(status), to: out)
        out.append("\r\nServer: awselb/2.0\r\nDate: ")
        out.append(date.bytes)
        out.append(closes ? "\r\nConnection: close\r\n" : "\r\nConnection: keep-alive\r\n")
    }

    private static func appendStatus(_ status: Int, _ phrase: StaticString, to out: ByteBuffer) {
        out.append(decimal: UInt64(max(0, status)))
        out.append(byte: ASCII.space)
        out.append(phrase)
    }
}
