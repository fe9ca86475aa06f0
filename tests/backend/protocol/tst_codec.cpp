#include "backend/protocol/methods.h"
#include "tests/support/verify.h"

using namespace Drover;

class TestCodec : public QObject
{
    Q_OBJECT

    static TaskSpec spec()
    {
        TaskSpec spec;
        spec.name = "align";
        spec.command = {"bwa", "mem", "é.fa"};
        spec.environment = {{"THREADS", "4"}};
        spec.needs.memory = 2'000'000'000;
        spec.retry.on = {EndReason::OutOfMemory};
        spec.leaseRule = LeaseRule::Fence;
        return spec;
    }

private slots:
    void aMessageSurvivesCborAndJson()
    {
        const auto fromCbor = decode<TaskSpec>(encode(spec()));
        VERIFY_OK(fromCbor);
        QVERIFY(*fromCbor == spec());
        const auto json = fromJson<TaskSpec>(toJson(spec()));
        VERIFY_OK(json);
        QVERIFY(*json == spec());
    }

    void aFieldWithItsDefaultTakesNoBytes()
    {
        QCOMPARE(encode(TaskSpec()).size(), 2);
        QVERIFY(encode(spec()).size() < 160);
    }

    void bytesSurviveJson()
    {
        OutputPiece piece;
        piece.data = QByteArray("\0\xff\n", 3);
        const auto read = fromJson<OutputPiece>(toJson(piece));
        VERIFY_OK(read);
        QCOMPARE(read->data, piece.data);
    }

    void commandsRefuseUnknownFieldsByName()
    {
        const QByteArray json = R"({"tasks": [{"command": ["true"], "nedes": {"memory": 1}}]})";
        const auto refused = fromJson<Submit>(json, UnknownFields::Refuse);
        VERIFY_FAILS(refused, ErrorCode::UnsupportedField);
        QCOMPARE(refused.error().message, "tasks: there is no field \"nedes\" here");
        VERIFY_OK(fromJson<Submit>(json, UnknownFields::Skip));
    }

    void anErrorNamesThePathToTheField()
    {
        const auto wrong = fromJson<TaskSpec>(R"({"needs": {"memory": "lots"}})");
        VERIFY_FAILS(wrong, ErrorCode::Invalid);
        QCOMPARE(wrong.error().message, "needs.memory: a number is expected");
    }

    void aStateOfTheFutureKeepsItsWord()
    {
        const auto task = fromJson<Task>(R"({"id": 7, "state": "teleporting"})");
        VERIFY_OK(task);
        QCOMPARE(enumText(task->state), "teleporting");
        QVERIFY(toJson(*task).contains("teleporting"));
        VERIFY_FAILS(fromJson<Task>(R"({"state": "teleporting"})", UnknownFields::Refuse), ErrorCode::Invalid);
    }

    void everyTruncationAndBitFlipIsAnErrorOrAValueNeverACrash()
    {
        const QByteArray good = requestFrame(1, Submit::method, encode(Submit {.tasks = {spec(), spec()}}), WireFormat::Cbor);
        for (qsizetype i = 0; i < good.size(); ++i) {
            QVERIFY(!envelopesOf(good.first(i), WireFormat::Cbor).has_value() || i == 0);
            for (int bit = 0; bit < 8; ++bit) {
                QByteArray flipped = good;
                flipped[i] = char(flipped[i] ^ (1 << bit));
                const auto envelopes = envelopesOf(flipped, WireFormat::Cbor);
                if (envelopes && !envelopes->isEmpty())
                    std::ignore = decode<Submit>(envelopes->first().params, UnknownFields::Refuse).has_value();
            }
        }
    }

    void declaredSizesReserveNothing()
    {
        // A list that claims 2^60 items, and has none.
        const QByteArray claim = QByteArray::fromHex("a1656974656d739b1000000000000000");
        QVERIFY(!decode<Submitted>(claim).has_value());
        const QByteArray deep = QByteArray(100'000, char(0x81));
        QVERIFY(!decode<Submit>(QByteArray::fromHex("a1657461736b73") + deep).has_value());
    }

    void aFrameHoldsSeveralMessages()
    {
        const QByteArray frame = requestFrame(7, GetTask::method, encode(GetTask {TaskId {42}}), WireFormat::Cbor)
            + notificationFrame(ReportsAck::method, encode(ReportsAck {9}), WireFormat::Cbor)
            + errorFrame(8, fail(ErrorCode::NotFound, "no task 43"), WireFormat::Cbor);
        const auto envelopes = envelopesOf(frame, WireFormat::Cbor);
        VERIFY_OK(envelopes);
        QCOMPARE(envelopes->size(), 3);
        QCOMPARE(*envelopes->at(0).id, 7);
        QCOMPARE(decode<GetTask>(envelopes->at(0).params)->id, TaskId {42});
        QVERIFY(!envelopes->at(1).id);
        QCOMPARE(decode<ReportsAck>(envelopes->at(1).params)->upTo, 9);
        QCOMPARE(envelopes->at(2).error->code, ErrorCode::NotFound);
        QCOMPARE(envelopes->at(2).error->message, "no task 43");
    }

    void jsonFramesAreJsonRpc()
    {
        const QByteArray frame = requestFrame(3, GetTask::method, encode(GetTask {TaskId {42}}), WireFormat::Json);
        QVERIFY(frame.contains("\"jsonrpc\":\"2.0\""));
        const auto envelopes = envelopesOf(frame, WireFormat::Json);
        VERIFY_OK(envelopes);
        QCOMPARE(decode<GetTask>(envelopes->first().params)->id, TaskId {42});
    }

    void everyMethodIsDescribed()
    {
        QStringList names;
        for (const MethodDescription &method : describeMethods()) {
            QVERIFY2(!method.words.isEmpty(), qPrintable(method.name));
            QVERIFY2(!names.contains(method.name), qPrintable(method.name));
            names.append(method.name);
        }
        QVERIFY(names.contains("task.submit"));
    }
};

QTEST_APPLESS_MAIN(TestCodec)
#include "tst_codec.moc"
