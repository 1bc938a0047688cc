"""What people write without sdxl-gen: the notebook's cell, but saving the decoded bytes without Pillow.

    python3 boto3_image.py OUT
"""

import base64
import json
import sys

import boto3

prompt = "a person"
negative_prompts = ["hat"]

boto3_bedrock = boto3.client("bedrock-runtime")
request = json.dumps(
    {
        "text_prompts": (
            [{"text": prompt}] + [{"text": negprompt, "weight": -1.0} for negprompt in negative_prompts]
        )
    }
)
response = boto3_bedrock.invoke_model(body=request, modelId="stability.stable-diffusion-xl")
response_body = json.loads(response.get("body").read())

print(response_body["result"])
base_64_img_str = response_body["artifacts"][0].get("base64")
print(f"{base_64_img_str[0:80]}...")
with open(sys.argv[1], "wb") as file:
    file.write(base64.decodebytes(bytes(base_64_img_str, "utf-8")))
