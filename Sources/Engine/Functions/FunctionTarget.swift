import HTTP
import Model

/// A function that workers invoke, shared by all of them and by the threads that resolve and check it.
final class FunctionTarget: Sendable {
    let served: ServedFunction
    /// What no two invocations differ in: the request line and the header lines that need no event.
    private let head: [UInt8]
    let host: FunctionHost
    /// What is known of its health, and of TLS with it; its address is ``place``.
    let checked: CheckedTarget

    /// Stands for a function, which has no address of its own.
    static let place = Endpoint(address: IPAddress(v4: 0), port: 0)

    /// Prepares a function; what is known of the running one stays where it is the same.
    init(_ served: ServedFunction, running: FunctionTarget?, key: CookieKey = .ofThisProcess) {
        self.served = served
        let url = served.function.baseURL
        self.host = running.flatMap { $0.host.url == url ? $0.host : nil } ?? FunctionHost(url)
        let isSame = running?.served.function == served.function
        self.checked = running.flatMap { isSame ? $0.checked : nil } ?? CheckedTarget(Self.place, key: key)
        let function = served.function
        let query = function.query.map { "?\($0)" } ?? ""
        let head = """
            POST \(function.path)\(query) HTTP/1.1\r
            Host: \(function.baseURL.authority)\r
            User-Agent: sekisho\r
            Content-Type: application/json\r
            X-Amz-Invocation-Type: RequestResponse\r

            """
        self.head = Array(head.utf8)
    }

    /// Where it is invoked; nil while its host's name has no address.
    var endpoint: Endpoint? { self.host.endpoint }

    /// Writes the request that carries an event, signed where there is a key.
    func writeRequest(_ event: UnsafeRawBufferPointer, at time: Timestamp, to out: ByteBuffer) {
        out.append(self.head)
        if let lines = self.signatureLines(event, at: time) { out.append(Array(lines.utf8)) }
        out.append("Content-Length: ")
        out.append(decimal: UInt64(event.count))
        out.append("\r\n\r\n")
        out.append(event)
    }

    private func signatureLines(_ event: UnsafeRawBufferPointer, at time: Timestamp) -> String? {
        let function = self.served.function
        guard let key = self.served.signingKey, let region = function.region else { return nil }
        let date = SignatureV4.date(time)
        var headers = [
            ("content-type", "application/json"), ("host", function.baseURL.authority), ("x-amz-date", date),
            ("x-amz-invocation-type", "RequestResponse"),
        ]
        if let token = key.sessionToken { headers.append(("x-amz-security-token", token.revealed)) }
        let authorization = SignatureV4(key: key, region: region, service: "lambda").authorization(
            method: "POST",
            path: function.path,
            query: function.query ?? "",
            headers: headers,
            payload: event,
            date: date
        )
        // Without one the request is refused by whoever wants it signed.
        guard let authorization else { return nil }
        let token = key.sessionToken.map { "X-Amz-Security-Token: \($0.revealed)\r\n" } ?? ""
        return "X-Amz-Date: \(date)\r\n\(token)Authorization: \(authorization)\r\n"
    }
}
