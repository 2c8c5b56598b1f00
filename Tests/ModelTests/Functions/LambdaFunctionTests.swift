import Model
import Testing

/// Names, qualifiers, and the path that an invocation takes.
@Suite("Lambda function")
struct LambdaFunctionTests {
    private static let arn = "arn:aws:lambda:eu-central-1:123456789012:function:orders"

    @Test("Names and ARNs name functions")
    func names() {
        for name in ["orders", "a-B_9", String(repeating: "a", count: 64), Self.arn] {
            #expect(LambdaFunction.isName(name), Comment(rawValue: name))
        }
        let wrong = [
            "", "a b", "a/b", "a?", "../x", "ä", "a%2F", String(repeating: "a", count: 65),
            "\(Self.arn):live",
            "arn:aws:lambda::123456789012:function:orders",
            "arn:aws:s3:eu-central-1:123456789012:function:orders",
            "arn:aws:lambda:eu-central-1:12345:function:orders", "123456789012:function:orders",
        ]
        for name in wrong { #expect(!LambdaFunction.isName(name), Comment(rawValue: name)) }
        #expect(LambdaFunction.region(ofARN: Self.arn) == "eu-central-1")
        #expect(LambdaFunction.region(ofARN: "orders") == nil)
    }

    @Test("Qualifiers are versions and aliases")
    func qualifiers() {
        for text in ["$LATEST", "live", "12", "a-b_c"] { #expect(LambdaFunction.isQualifier(text)) }
        for text in ["", "$latest", "a b", "a&b=c", "a/b", String(repeating: "a", count: 129)] {
            #expect(!LambdaFunction.isQualifier(text))
        }
    }

    @Test("Path and query are escaped as signatures want them")
    func path() throws {
        let url = try #require(BaseURL("http://127.0.0.1:8080"))
        let function = LambdaFunction(name: Self.arn, baseURL: url, qualifier: "$LATEST")
        #expect(
            function.path
                == "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-central-1%3A123456789012%3Afunction%3Aorders/invocations"
        )
        #expect(function.query == "Qualifier=%24LATEST")
        #expect(LambdaFunction(name: "f", baseURL: url).query == nil)
    }

    @Test("Every error answer has the reason and the status that ALB gives it")
    func failures() {
        let cases: [(Int, String, ErrorReason, Int)] = [
            (403, "AccessDeniedException", .lambdaAccessDenied, 502), (403, "", .lambdaAccessDenied, 502),
            (404, "ResourceNotFoundException:http://internal/", .lambdaResourceNotFound, 502),
            (404, "", .lambdaResourceNotFound, 502),
            (429, "TooManyRequestsException", .lambdaThrottling, 502), (429, "", .lambdaThrottling, 502),
            (413, "RequestTooLargeException", .lambdaRequestTooLarge, 413),
            (413, "", .lambdaRequestTooLarge, 413),
            (400, "InvalidRequestContentException", .lambdaBadRequest, 400),
            (400, "", .lambdaServiceException, 502),
            (502, "EC2ThrottledException", .lambdaEC2Throttled, 502),
            (502, "KMSDisabledException", .lambdaKMSDisabled, 502),
            (502, "SubnetIPAddressLimitReachedException", .lambdaSubnetAddressLimitReached, 502),
            (500, "ServiceException", .lambdaServiceException, 502), (500, "", .lambdaServiceException, 502),
            (202, "", .lambdaServiceException, 502), (502, "Unknown", .lambdaServiceException, 502),
        ]
        for (status, type, failure, answered) in cases {
            let found = ErrorReason(invokeStatus: status, errorType: type)
            #expect(found == failure, "\(status) \(type)")
            #expect(found.functionStatus == answered)
        }
        #expect(ErrorReason.lambdaConnectionTimeout.functionStatus == 504)
        #expect(ErrorReason.lambdaWebsocketNotSupported.functionStatus == 400)
        #expect(ErrorReason(functionStatus: 408) == nil)
    }
}
