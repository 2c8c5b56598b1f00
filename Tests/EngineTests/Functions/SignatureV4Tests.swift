import HTTP
import Model
import TestTraits
import Testing

@testable import Engine

/// Signatures by AWS's published test suite (`aws-sig-v4-test-suite`), and what an invocation is signed with.
@Suite("Signature Version 4", .ownThreads)
struct SignatureV4Tests {
    private static let key = SigningKey(
        accessKeyID: "AKIDEXAMPLE",
        secretAccessKey: SecretText("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    )
    private static let date = "20150830T123600Z"

    private func signature(
        _ method: String,
        path: String = "/",
        query: String = "",
        headers: [(String, String)] = [],
        payload: String = ""
    ) -> String? {
        let signer = SignatureV4(key: Self.key, region: "us-east-1", service: "service")
        return Array(payload.utf8).withUnsafeBytes { payload in
            signer.authorization(
                method: method,
                path: path,
                query: query,
                headers: headers + [("host", "example.amazonaws.com"), ("x-amz-date", Self.date)],
                payload: payload,
                date: Self.date
            )
        }.map { String($0.suffix(64)) }
    }

    @Test("The vectors of the suite come out")
    func vectors() {
        // get-vanilla, post-vanilla, get-vanilla-query-order-key-case, post-x-www-form-urlencoded.
        #expect(
            self.signature("GET") == "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        )
        #expect(
            self.signature("POST") == "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
        )
        #expect(
            self.signature("GET", query: "Param1=value1&Param2=value2")
                == "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
        )
        #expect(
            self.signature(
                "POST",
                headers: [("content-type", "application/x-www-form-urlencoded")],
                payload: "Param1=value1"
            ) == "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
        )
    }

    @Test("The whole header names key, scope and signed headers")
    func header() {
        let signer = SignatureV4(key: Self.key, region: "us-east-1", service: "service")
        let header = signer.authorization(
            method: "GET",
            path: "/",
            query: "",
            headers: [("host", "example.amazonaws.com"), ("x-amz-date", Self.date)],
            payload: UnsafeRawBufferPointer(start: nil, count: 0),
            date: Self.date
        )
        #expect(
            header
                == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                + "SignedHeaders=host;x-amz-date, "
                + "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        )
        #expect(SignatureV4.date(Timestamp(seconds: 1_440_938_160)) == Self.date)
    }

    /// The value is botocore 1.44's own, for the same request: `SigV4Auth` with service `lambda`.
    @Test("An invocation is signed as AWS's own tools sign it")
    func invocation() throws {
        let url = try #require(BaseURL("https://lambda.eu-central-1.amazonaws.com"))
        let function = LambdaFunction(
            name: "arn:aws:lambda:eu-central-1:123456789012:function:orders",
            baseURL: url,
            qualifier: "$LATEST",
            region: "eu-central-1"
        )
        let key = SigningKey(
            accessKeyID: Self.key.accessKeyID,
            secretAccessKey: Self.key.secretAccessKey,
            sessionToken: SecretText("tok/en==")
        )
        let target = FunctionTarget(
            ServedFunction(function: function, targetGroupARN: "arn", signingKey: key),
            running: nil
        )
        let out = ByteBuffer(capacity: 64)
        Array("{}".utf8).withUnsafeBytes {
            target.writeRequest($0, at: Timestamp(seconds: 1_440_938_160), to: out)
        }
        let text = String(decoding: out.bytes, as: UTF8.self)
        #expect(text.contains("\r\nX-Amz-Date: 20150830T123600Z\r\nX-Amz-Security-Token: tok/en==\r\n"))
        #expect(
            text.contains(
                "SignedHeaders=content-type;host;x-amz-date;x-amz-invocation-type;x-amz-security-token, "
                    + "Signature=8e825d1e8b7d771afeb7ba52d79dc29a5340c62abc7a8ff2d6bf827d5e5ea298\r\n"
            ),
            Comment(rawValue: text)
        )
    }
}
