import Model
import TLS

/// AWS Signature Version 4 of one request (IAM user guide, "Create a signed AWS API request").
struct SignatureV4 {
    let key: SigningKey
    let region: String
    let service: String

    /// Signs a request.
    ///
    /// - Parameters:
    ///   - method: as in the request line.
    ///   - path: the path as it is sent, percent-encoded; signed encoded once more, as every service but S3
    ///     wants it.
    ///   - query: parameters as they are sent, sorted; empty for none.
    ///   - headers: names in lower case, sorted, with `host` and `x-amz-date`.
    ///   - payload: the whole body.
    ///   - date: ``date(_:)``, the value of `x-amz-date`.
    /// - Returns: the value of `Authorization`; nil only where the TLS library has no memory.
    func authorization(
        method: String,
        path: String,
        query: String,
        headers: [(name: String, value: String)],
        payload: UnsafeRawBufferPointer,
        date: String
    ) -> String? {
        guard let payload = Digest.sha256(payload) else { return nil }
        let names = headers.map(\.name).joined(separator: ";")
        let lines = headers.map { "\($0.name):\($0.value)\n" }.joined()
        let escaped = path.split(separator: "/", omittingEmptySubsequences: false)
            .map { LambdaFunction.escaped(String($0)) }.joined(separator: "/")
        let request = "\(method)\n\(escaped)\n\(query)\n\(lines)\n\(names)\n\(Self.hex(payload))"
        guard let digest = Digest.sha256(Array(request.utf8)) else { return nil }
        let day = String(date.prefix(8))
        let scope = "\(day)/\(self.region)/\(self.service)/aws4_request"
        let text = "AWS4-HMAC-SHA256\n\(date)\n\(scope)\n\(Self.hex(digest))"
        guard let signature = self.sign(text, day: day) else { return nil }
        return "AWS4-HMAC-SHA256 Credential=\(self.key.accessKeyID)/\(scope), SignedHeaders=\(names), "
            + "Signature=\(Self.hex(signature))"
    }

    /// With a key that is good for one day, region and service.
    private func sign(_ text: String, day: String) -> [UInt8]? {
        var code: [UInt8]? = Array("AWS4\(self.key.secretAccessKey.revealed)".utf8)
        for part in [day, self.region, self.service, "aws4_request", text] {
            code = code.flatMap { Digest.hmac(Array(part.utf8), key: $0) }
        }
        return code
    }

    /// `20150830T123600Z`.
    static func date(_ time: Timestamp) -> String {
        let fields = time.fields
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
        return "\(fields.year)\(two(fields.month))\(two(fields.day))T"
            + "\(two(fields.hour))\(two(fields.minute))\(two(fields.second))Z"
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            for digit in [byte >> 4, byte & 0xF] { text.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
