import Foundation

/// The demonstration's function: it shows the headers of the request that it is given as an event.
enum DemoFunction {
    static let name = "show-headers"

    /// What the function returns: a page with the request line, and then the headers by name.
    static func answer(to event: [UInt8]) -> [UInt8] {
        guard let event = try? JSONSerialization.jsonObject(with: Data(event)) as? [String: Any],
            let method = event["httpMethod"] as? String, let path = event["path"] as? String,
            let headers = event["headers"] as? [String: String]
        else { return Array(#"{"statusCode":400}"#.utf8) }
        let lines = headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        let answer: [String: Any] = [
            "statusCode": 200, "statusDescription": "200 OK", "isBase64Encoded": false,
            "headers": ["Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"],
            "body": (["\(method) \(path) as function \(self.name) got it"] + lines).joined(separator: "\n")
                + "\n",
        ]
        return (try? JSONSerialization.data(withJSONObject: answer)).map(Array.init)
            ?? Array(#"{"statusCode":500}"#.utf8)
    }
}
