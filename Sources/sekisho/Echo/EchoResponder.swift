/// What a target of this program does with requests.
enum EchoResponder: Hashable, Sendable {
    /// Shows each as it arrived.
    case echo
    /// Invokes ``DemoFunction`` by Lambda's Invoke API.
    case function

    /// As errors call it.
    var name: String {
        switch self {
        case .echo: "echo target"
        case .function: "function"
        }
    }

    /// An answer without what HTTP adds.
    struct Answer: Hashable, Sendable {
        var status = "200 OK"
        var contentType = "text/plain; charset=utf-8"
        /// Complete lines with their CRLF.
        var headers = ""
        var body: [UInt8]
    }

    /// Answers a request; `body` is empty where the responder has no use for it.
    func answer(_ head: EchoHead, body: [UInt8], bodyBytes: Int) -> Answer {
        switch self {
        case .echo:
            return Answer(body: head.shown + Array("\nbody: \(bodyBytes) bytes\n".utf8))
        case .function:
            guard head.method == "POST",
                head.target == "/2015-03-31/functions/\(DemoFunction.name)/invocations"
            else {
                return Answer(
                    status: "404 Not Found",
                    contentType: "application/json",
                    headers: "X-Amzn-ErrorType: ResourceNotFoundException\r\n",
                    body: Array(#"{"Message":"There is one function here, \#(DemoFunction.name)."}"#.utf8)
                )
            }
            return Answer(contentType: "application/json", body: DemoFunction.answer(to: body))
        }
    }
}
